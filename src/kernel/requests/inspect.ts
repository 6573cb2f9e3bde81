import type { Handler } from "./handler";
import { toUnits, validate } from "./validate";

/** `inspect_request`: the type and the documentation of what stands at the cursor. */
export const inspect: Handler = {
  validate(content) {
    validate(content, { code: "string", "cursor_pos?": "number", "detail_level?": "number" });
  },

  async answer(kernel, { content }) {
    const code = content.code as string;
    const cursor = content.cursor_pos == null ? code.length : toUnits(code, content.cursor_pos as number);
    const data = await kernel.runtime.ask<"inspect">({ do: "inspect", code, cursor });
    return {
      status: "ok",
      found: data !== undefined && "text/plain" in data,
      data: data ?? {},
      metadata: {},
    };
  },
};
