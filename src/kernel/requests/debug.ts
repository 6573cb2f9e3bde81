import { cellPath, hashSeed, pathPrefix, pathSuffix } from "../protocol/cellPath";
import type { Content } from "../protocol/message";
import type { DebugCall } from "../protocol/wire";
import type { Handler, Kernel } from "./handler";
import { validate } from "./validate";

type Command = (kernel: Kernel, given: Content) => Content | Promise<Content>;

/** What the debug adapter protocol asks, by its command, with what Jupyter adds to it. */
const commands: Record<string, Command> = {
  debugInfo: ({ runtime: { debugging } }) => ({
    isStarted: debugging.isOn,
    hashMethod: "Murmur2",
    hashSeed,
    tmpFilePrefix: pathPrefix,
    tmpFileSuffix: pathSuffix,
    breakpoints: [...debugging.breakpoints]
      .filter(([, lines]) => lines.length > 0)
      .map(([source, lines]) => ({
        source,
        breakpoints: lines.map((line) => ({ line, verified: true, source: { path: source } })),
      })),
    stoppedThreads: debugging.isStopped ? [1] : [],
    richRendering: true,
    exceptionPaths: [],
    copyToGlobals: false,
  }),
  initialize: () => ({ supportsConfigurationDoneRequest: true }),
  attach: async (kernel) => {
    await kernel.runtime.attach();
    return {};
  },
  disconnect: async (kernel) => {
    await kernel.runtime.detach();
    return {};
  },
  configurationDone: () => ({}),
  dumpCell: (_, { code }) => {
    const sourcePath = cellPath(String(code));
    sources.set(sourcePath, String(code));
    return { sourcePath };
  },
  source: (_, { source }) => {
    const path = String((source as Content | undefined)?.path);
    const content = sources.get(path);
    if (content === undefined) throw new Error(`there is no source ${path}`);
    return { content, mimeType: "text/typescript" };
  },
  modules: () => ({ modules: [] }),
  threads: () => ({ threads: [{ id: 1, name: "cells" }] }),
  setBreakpoints: async ({ runtime }, { source, breakpoints }) => {
    const path = String((source as Content | undefined)?.path ?? "");
    const lines = (Array.isArray(breakpoints) ? breakpoints : []).map(({ line }) => Number(line));
    if (runtime.debugging.isOn) await runtime.debug("setBreakpoints", { path, lines });
    if (runtime.debugging.isOn) runtime.debugging.breakpoints.set(path, lines);
    return {
      breakpoints: lines.map((line) => ({ line, verified: runtime.debugging.isOn, source: { path } })),
    };
  },
  ...Object.fromEntries(
    ["continue", "next", "stepIn", "stepOut", "stackTrace", "scopes", "evaluate"].map(
      (command): [string, Command] => [command, ({ runtime }, given) => runtime.debug(command, given)],
    ),
  ),
  // While a cell is stopped, only the debugger answers: the thread that has the variables stands still.
  inspectVariables: (kernel) =>
    kernel.runtime.debugging.isStopped
      ? { variables: [] }
      : ask(kernel, { do: "debug", command: "inspectVariables" }),
  variables: (kernel, given) => {
    const reference = Number(given.variablesReference);
    if (kernel.runtime.debugging.isStopped) return kernel.runtime.debug("variables", given);
    return ask(kernel, { do: "debug", command: "variables", reference });
  },
  richInspectVariables: (kernel, { variableName }) =>
    kernel.runtime.debugging.isStopped
      ? { data: {}, metadata: {} }
      : ask(kernel, { do: "debug", command: "richInspectVariables", name: String(variableName) }),
};

/** The cells that the front end has told of, by their paths. */
const sources = new Map<string, string>();

async function ask(kernel: Kernel, call: DebugCall): Promise<Content> {
  return (await kernel.runtime.ask<"debug">(call)) ?? {};
}

/** `debug_request`: JupyterLab's debugger and its panel of variables. */
export const debug: Handler = {
  validate(content) {
    validate(content, { command: "string", seq: "number", "arguments?": "object" });
  },

  async answer(kernel, { content }) {
    const { command, seq } = content as { command: string; seq: number };
    const response = { type: "response", seq, request_seq: seq, command };
    try {
      const answer = Object.hasOwn(commands, command) ? commands[command] : undefined;
      if (answer === undefined) throw new Error(`${command} is not supported`);
      const body = await answer(kernel, (content.arguments ?? {}) as Content);
      return { ...response, success: true, body };
    } catch (error) {
      return { ...response, success: false, message: (error as Error).message, body: {} };
    }
  },
};
