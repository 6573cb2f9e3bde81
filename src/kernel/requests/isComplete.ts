import type { Handler } from "./handler";
import { validate } from "./validate";

/** `is_complete_request`: whether a console should run what was typed or wait for another line. */
export const isComplete: Handler = {
  validate(content) {
    validate(content, { code: "string" });
  },

  async answer(kernel, { content }) {
    const code = content.code as string;
    return (await kernel.runtime.ask<"isComplete">({ do: "isComplete", code })) ?? { status: "unknown" };
  },
};
