import type { Content } from "../protocol/message";
import type { Handler } from "./handler";
import { validate } from "./validate";

/** `execute_request`: runs a cell. */
export const execute: Handler = {
  validate(content) {
    validate(content, {
      code: "string",
      "silent?": "boolean",
      "store_history?": "boolean",
      "user_expressions?": "object",
      "allow_stdin?": "boolean",
      "stop_on_error?": "boolean",
    });
    for (const [name, expression] of Object.entries(content.user_expressions ?? {}))
      if (typeof expression !== "string")
        throw new TypeError(
          `content.user_expressions.${name} must be a string, got ${JSON.stringify(expression)}`,
        );
  },

  async answer(kernel, request) {
    const { header, content } = request;
    const code = content.code as string;
    const silent = content.silent === true;
    const stored = !silent && content.store_history !== false;
    if (stored) kernel.count++;
    const { count } = kernel;
    if (!silent) kernel.outputs.publish(header, "execute_input", { code, execution_count: count });
    const { failure, userExpressions, plainResult } = await kernel.runtime.execute(request, {
      do: "execute",
      cell: header.msg_id,
      count,
      code,
      silent,
      allowInput: content.allow_stdin === true,
      userExpressions: (content.user_expressions ?? {}) as Record<string, string>,
    });
    if (stored) kernel.history.add({ line: count, input: code, output: plainResult ?? null });
    if (failure === undefined)
      return { status: "ok", execution_count: count, user_expressions: userExpressions, payload: [] };
    if (!silent) kernel.outputs.put(header, count, { type: "error", ...failure });
    if (content.stop_on_error !== false) await kernel.abortQueued();
    return { status: "error", execution_count: count, ...failure, user_expressions: {}, payload: [] };
  },

  aborted(kernel): Content {
    return { status: "aborted", execution_count: kernel.count };
  },
};
