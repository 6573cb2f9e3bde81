import type { Handler } from "./handler";

/** `interrupt_request`: stops the running cell; the kernel and its variables stay. */
export const interrupt: Handler = {
  answer(kernel) {
    kernel.runtime.interrupt();
    return { status: "ok" };
  },
};
