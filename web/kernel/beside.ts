/** What lies beside a page: scripts and the kernel. */

/** The folder of this script, with a slash at its end. */
export const assets = new URL("./", (document.currentScript as HTMLScriptElement).src).href;

/** Whether the page comes from a server; otherwise it may run scripts that lie beside it, but fetch nothing. */
export const isServed = /^https?:$/.test(location.protocol);

const loaded = new Map<string, Promise<void>>();

/**
 * Runs a script that lies beside the page, once.
 *
 * @throws Error where it is not there; another try is made at the next call.
 */
export function loadScript(address: string): Promise<void> {
  const running = loaded.get(address);
  if (running) return running;
  const done = new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve();
    script.onerror = () => {
      loaded.delete(address);
      script.remove();
      reject(new Error(`${address} could not be loaded`));
    };
    document.head.append(script);
  });
  loaded.set(address, done);
  return done;
}
