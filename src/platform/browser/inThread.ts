/** A thread of a browser, seen from itself. */
import type { inThread as nodes } from "../inThread";

/** What a thread says last. */
export const ended = "cofi: the thread has ended";

/** Runs in a thread what it was started for, once it is told with what. */
export const inThread: typeof nodes = (run) => {
  const own = globalThis as unknown as Worker;
  own.onmessage = ({ data }) => {
    own.onmessage = null;
    let goesOn = false;
    run(data, {
      post: (message) => own.postMessage(message),
      onMessage(listener) {
        goesOn = true;
        own.onmessage = ({ data: message }) => listener(message);
      },
    });
    if (!goesOn) own.postMessage(ended);
  };
};
