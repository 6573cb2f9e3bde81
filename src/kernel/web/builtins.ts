/** Node's own modules that cells find in a browser, each as far as it can be had there. */
import * as buffer from "buffer";
import events from "events";
import * as asyncHooks from "./asyncHooks";
import * as crypto from "./crypto";
import * as fs from "./fs";
import path from "./path";
import { promises, timers } from "./timers";
import * as url from "./url";
import * as util from "./util";
import { scope } from "./worker";

const { onChange, put, bytesOf, textOf, isFile, isFolder, entriesOf, withCallbacks, ...files } = fs;

const modules: Record<string, () => object> = {
  async_hooks: () => ({ AsyncLocalStorage: asyncHooks.AsyncLocalStorage }),
  buffer: () => ({ ...buffer, Blob: globalThis.Blob, atob: globalThis.atob, btoa: globalThis.btoa }),
  crypto: () => crypto,
  events: () => events,
  fs: () => ({ ...withCallbacks, ...files }),
  "fs/promises": () => fs.promises,
  os: () => ({
    ...{
      EOL: "\n",
      tmpdir: () => "/tmp",
      homedir: () => "/",
      platform: () => "browser",
      type: () => "Browser",
    },
    availableParallelism: () => scope.navigator.hardwareConcurrency,
    cpus: () =>
      Array.from({ length: scope.navigator.hardwareConcurrency }, () => ({ model: "", speed: 0, times: {} })),
  }),
  path: () => path,
  "path/posix": () => path,
  perf_hooks: () => ({ performance }),
  process: () => process,
  timers: () => timers,
  "timers/promises": () => promises,
  url: () => url,
  util: () => util,
};

const loaded = new Map<string, object>();

/**
 * One of Node's own modules.
 *
 * @throws Error that says that a browser has none.
 */
export function builtin(given: string): object {
  const name = given.replace(/^node:/, "");
  const found = loaded.get(name) ?? (Object.hasOwn(modules, name) ? modules[name]() : undefined);
  if (found === undefined) throw new Error(`${given} needs Node, and this notebook runs in a browser`);
  loaded.set(name, found);
  return found;
}
