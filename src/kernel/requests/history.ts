import type { HistoryRequest } from "../protocol/history";
import type { Handler } from "./handler";
import { validate } from "./validate";

/** `history_request`: cells that were run before. */
export const history: Handler = {
  validate(content) {
    validate(content, {
      "hist_access_type?": "string",
      "output?": "boolean",
      "n?": "number",
      "session?": "number",
      "start?": "number",
      "stop?": "number",
      "pattern?": "string",
      "unique?": "boolean",
    });
  },

  answer(kernel, { content }) {
    const request = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
    return { status: "ok", history: kernel.history.find(request as HistoryRequest) };
  },
};
