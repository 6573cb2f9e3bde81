import type { Content } from "../protocol/message";
import type { DebugCall } from "../protocol/wire";
import type { Handler, Kernel } from "./handler";
import { validate } from "./validate";

/** What the debug adapter protocol asks, by its command: the part of it that the panel of variables needs. */
const commands: Record<string, (kernel: Kernel, given: Content) => Content | Promise<Content>> = {
  debugInfo: () => ({
    isStarted,
    hashMethod: "Murmur2",
    hashSeed: 0,
    tmpFilePrefix: "cell:",
    tmpFileSuffix: ".ts",
    breakpoints: [],
    stoppedThreads: [],
    richRendering: true,
    exceptionPaths: [],
    copyToGlobals: false,
  }),
  initialize: () => ({ supportsConfigurationDoneRequest: true }),
  attach: () => started(true),
  disconnect: () => started(false),
  configurationDone: () => ({}),
  dumpCell: () => ({ sourcePath: "" }),
  // Cells are not stopped in their midst: each breakpoint is told to be none.
  setBreakpoints: (_, { breakpoints }) => ({
    breakpoints: (Array.isArray(breakpoints) ? breakpoints : []).map(({ line }) => ({
      line,
      verified: false,
    })),
  }),
  inspectVariables: (kernel) => ask(kernel, { do: "debug", command: "inspectVariables" }),
  variables: (kernel, { variablesReference }) =>
    ask(kernel, { do: "debug", command: "variables", reference: Number(variablesReference) }),
  richInspectVariables: (kernel, { variableName }) =>
    ask(kernel, { do: "debug", command: "richInspectVariables", name: String(variableName) }),
};

let isStarted = false;

function started(now: boolean): Content {
  isStarted = now;
  return {};
}

async function ask(kernel: Kernel, call: DebugCall): Promise<Content> {
  return (await kernel.runtime.ask<"debug">(call)) ?? {};
}

/** `debug_request`: JupyterLab's panel of variables. */
export const debug: Handler = {
  validate(content) {
    validate(content, { command: "string", seq: "number", "arguments?": "object" });
  },

  async answer(kernel, { content }) {
    const { command, seq } = content as { command: string; seq: number };
    const answer = commands[command];
    const response = { type: "response", seq, request_seq: seq, command };
    if (answer === undefined)
      return { ...response, success: false, message: `${command} is not supported`, body: {} };
    return { ...response, success: true, body: await answer(kernel, (content.arguments ?? {}) as Content) };
  },
};
