import type { Handler } from "./handler";

/** `shutdown_request`: ends the kernel; Jupyter starts a new one where it is a restart. */
export const shutdown: Handler = {
  answer(kernel, { header, content }) {
    const reply = { status: "ok", restart: content.restart === true };
    kernel.outputs.publish(header, "shutdown_reply", reply);
    return reply;
  },

  after(kernel) {
    return kernel.stop();
  },
};
