/** Threads that run beside this one, in a browser: workers, whose programs stand in the bundle. */
import poolWorker from "embedded:thread/modelSelection/poolWorker";
import worker from "embedded:thread/wasm/worker";
import type { startThread as nodes, ThreadName } from "../threads";
import { ended } from "./inThread";

export type { Thread, ThreadEvents, ThreadName } from "../threads";

const programs: Record<ThreadName, string> = {
  "wasm/worker": worker,
  "modelSelection/poolWorker": poolWorker,
};

export const startThread: typeof nodes = (name, data, on) => {
  const address = URL.createObjectURL(new Blob([programs[name]], { type: "text/javascript" }));
  const thread = new Worker(address, { name: `cofi: ${name}` });
  const end = () => {
    URL.revokeObjectURL(address);
    thread.terminate();
  };
  thread.onmessage = ({ data: message }) => {
    if (message !== ended) return on.message?.(message);
    end();
    on.exit?.(0);
  };
  thread.onerror = (event) => {
    event.preventDefault();
    end();
    on.error?.(new Error(event.message ?? `the thread ${name} could not be started`));
    on.exit?.(1);
  };
  thread.postMessage(data);
  return {
    post: (message) => thread.postMessage(message),
    hold() {},
    async terminate() {
      end();
    },
  };
};
