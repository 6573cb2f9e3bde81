/** Threads that run beside this one, in a browser: workers, whose programs lie beside the bundle. */
import type { startThread as nodes } from "../threads";
import { beside } from "./beside";
import { ended } from "./inThread";

export type { Thread, ThreadEvents, ThreadName } from "../threads";

export const startThread: typeof nodes = (name, data, on) => {
  const thread = new Worker(beside(`${name.split("/").at(-1)}.js`), { name: `cofi: ${name}` });
  thread.onmessage = ({ data: message }) => {
    if (message !== ended) return on.message?.(message);
    thread.terminate();
    on.exit?.(0);
  };
  thread.onerror = (event) => {
    event.preventDefault();
    thread.terminate();
    on.error?.(new Error(event.message ?? `${beside(name)} could not be loaded`));
    on.exit?.(1);
  };
  thread.postMessage(data);
  return {
    post: (message) => thread.postMessage(message),
    hold() {},
    async terminate() {
      thread.terminate();
    },
  };
};
