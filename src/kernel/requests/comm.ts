import type { Handler } from "./handler";
import { validate } from "./validate";

/** `comm_info_request`: the open comms, of which this kernel has none. */
export const commInfo: Handler = {
  answer() {
    return { status: "ok", comms: {} };
  },
};

/** `comm_open`, `comm_msg`, `comm_close`: a comm to a target that nobody has is closed again, as the protocol asks. */
export const comm: Handler = {
  validate(content) {
    validate(content, { comm_id: "string" });
  },

  answer(kernel, { header, content }) {
    if (header.msg_type === "comm_open")
      kernel.outputs.publish(header, "comm_close", { comm_id: content.comm_id, data: {} });
    return undefined;
  },
};
