/**
 * The kernel in a web worker: it keeps Jupyter's protocol, and runs cells in a worker of their own beside it. So it
 * answers while a cell spins in a loop, and what can't be stopped is ended without ending the kernel.
 */
import { startKernel } from "../kernel";
import type { ChannelName } from "../protocol/channels";
import { source } from "../protocol/evaluator.browser";
import type { Message } from "../protocol/message";
import type { Kernel } from "../requests/handler";
import { clearImmediate, setImmediate } from "../web/immediate";
import { scope } from "../web/worker";
import { PageChannels, readPageMessage } from "./channels";
import type { Configure, FromPage, ToPage } from "./messages";

/** The script of the worker that runs cells; put in by the bundler. */
declare const cellsScript: string;

const post = (message: ToPage) => scope.postMessage(message);

Object.assign(globalThis, { setImmediate, clearImmediate });

let take: (from: ChannelName, message: Message) => void;
const channels = new PageChannels(post);
let configure: (given: Configure["configure"]) => void;
source.script = cellsScript;
source.start = new Promise<Configure["configure"]>((resolve) => {
  configure = resolve;
}).then(load);
source.changed = (changed) => {
  Object.assign(source.notebook, changed);
  post({ files: changed });
};

/** The assets that are needed before the first cell, fetched while the compiler gets ready. */
async function load({ base = beside(), files: given = {} }: Configure["configure"]) {
  const name = "declarations.json";
  if (given[name] !== undefined) return { base, files: given };
  if (base === "")
    throw new Error(`a kernel from a Blob must be told where ${name} is: configure.base or configure.files`);
  const response = await fetch(`${base}${name}`);
  if (!response.ok) throw new Error(`${base}${name}: HTTP ${response.status}`);
  return { base, files: { ...given, [name]: await response.text() } };
}

/** The folder of this script; empty where it comes from a Blob. */
function beside(): string {
  const { href } = scope.location;
  return href.startsWith("blob:") ? "" : href.slice(0, href.lastIndexOf("/") + 1);
}

async function start(): Promise<Kernel> {
  return startKernel(
    async (given) => {
      take = given;
      return channels;
    },
    () => scope.close(),
  );
}

const kernel = start();

scope.onmessage = ({ data }) => {
  const message = data as FromPage;
  if ("configure" in message) return configure(message.configure);
  if ("files" in message) {
    Object.assign(source.notebook, message.files);
    return source.give(message.files);
  }
  configure({}); // which counts where the page has not said more before
  try {
    const read = readPageMessage(message);
    void kernel.then(() => take(read.channel, read.message));
  } catch (error) {
    console.error(`kernel: dropped a message: ${(error as Error).message}`);
  }
};
