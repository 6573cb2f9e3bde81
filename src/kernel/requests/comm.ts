import type { CommContent } from "../protocol/wire";
import type { Handler } from "./handler";
import { validate } from "./validate";

/** `comm_info_request`: the open comms, of all targets or of one. */
export const commInfo: Handler = {
  validate(content) {
    validate(content, { "target_name?": "string" });
  },

  answer(kernel, { content }) {
    return { status: "ok", comms: kernel.runtime.comms.list((content.target_name as string) || undefined) };
  },
};

/**
 * `comm_open`, `comm_msg`, `comm_close`: handed to code in cells. A comm to a target that nobody has is closed again,
 * as the protocol asks. A message of a comm that is open does not wait for the cell that runs.
 */
export const comm: Handler = {
  validate(content) {
    validate(content, { comm_id: "string", "target_name?": "string", "data?": "object" });
  },

  isUrgent({ runtime }, { header, content }) {
    return header.msg_type !== "comm_open" && runtime.comms.has(content.comm_id as string);
  },

  async answer(kernel, request) {
    const { header, metadata, buffers } = request;
    const { comm_id, target_name = "", data } = request.content;
    const content = { type: header.msg_type, comm_id, target_name, data: data ?? {} } as CommContent;
    const taken = await kernel.runtime.comm(request, {
      do: "comm",
      cell: header.msg_id,
      content,
      metadata,
      buffers: buffers.map((one) => one.toString("base64")),
    });
    if (!taken && header.msg_type === "comm_open")
      kernel.outputs.publish(header, "comm_close", { comm_id, data: {} });
    return undefined;
  },
};
