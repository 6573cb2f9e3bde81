import type { Handler } from "./handler";
import { toCharacters, toUnits, validate } from "./validate";

/** `complete_request`: what could stand at the cursor. */
export const complete: Handler = {
  validate(content) {
    validate(content, { code: "string", "cursor_pos?": "number" });
  },

  async answer(kernel, { content }) {
    const code = content.code as string;
    const cursor = content.cursor_pos == null ? code.length : toUnits(code, content.cursor_pos as number);
    const found = await kernel.runtime.ask<"complete">({ do: "complete", code, cursor });
    const { matches = [], types = [], start = cursor, end = cursor } = found ?? {};
    const [from, to] = [toCharacters(code, start as number), toCharacters(code, end as number)];
    return {
      status: "ok",
      matches,
      cursor_start: from,
      cursor_end: to,
      metadata: {
        _jupyter_types_experimental: (matches as string[]).map((text, k) => ({
          text,
          type: (types as string[])[k],
          start: from,
          end: to,
        })),
      },
    };
  },
};
