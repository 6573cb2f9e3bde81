/** JupyterLite's extension: the kernel "TypeScript (Cofi)", and the files of its notebooks. */
import type { FilesMessage, JupyterMessage, ToPage } from "../../src/kernel/browser/messages";

/** What this file uses of JupyterLab's and JupyterLite's modules, which JupyterLab hands to its extensions. */
interface Modules {
  "@jupyterlite/services": { IKernelSpecs: unknown; IKernelClient: unknown };
  "@jupyterlab/apputils": {
    Notification: { info(text: string, options: object): void; error(text: string, options: object): void };
  };
  "@jupyterlab/coreutils": { PageConfig: { getBaseUrl(): string } };
  "@lumino/signaling": { Signal: new (of: object) => { emit(value: undefined): void } };
}
interface KernelOptions {
  id: string;
  name: string;
  /** The notebook's folder. */
  location: string;
  sendMessage(message: JupyterMessage): void;
}
interface KernelClient {
  interrupt(id: string): Promise<void>;
}
interface FileModel {
  path: string;
  name: string;
  type: string;
  format: string | null;
  content: unknown;
  size?: number;
}
interface Contents {
  get(path: string, options?: object): Promise<FileModel>;
  save(path: string, model: Partial<FileModel>): Promise<unknown>;
  createCheckpoint(path: string): Promise<{ id: string; last_modified: string }>;
  delete(path: string): Promise<void>;
}

type Scope = Record<string, Record<string, { get(): Promise<() => unknown> }>>;

/** The greatest file, in bytes, that a kernel is given at its start. */
const largest = 50_000_000;

async function extension(scope: Scope) {
  const module = async <Name extends keyof Modules>(name: Name) => {
    const [version] = Object.values(scope[name]);
    return (await version.get())() as Modules[Name];
  };
  const { IKernelSpecs, IKernelClient } = await module("@jupyterlite/services");
  const { Notification } = await module("@jupyterlab/apputils");
  const { PageConfig } = await module("@jupyterlab/coreutils");
  const { Signal } = await module("@lumino/signaling");

  const kernels = new Map<string, Kernel>();

  /** A kernel of JupyterLite's: it hands every message on, either way. */
  class Kernel {
    readonly id: string;
    readonly name: string;
    readonly location: string;
    readonly ready = Promise.resolve();
    readonly disposed = new Signal(this);
    isDisposed = false;
    private readonly worker = new Worker(new URL("../kernel/kernel.js", PageConfig.getBaseUrl()));
    /** The client that spoke last: JupyterLite sends each message to the client that its header names. */
    private session = "";

    private readonly files: Files;

    constructor({ id, name, location, sendMessage }: KernelOptions, contents: Contents) {
      this.files = new Files(contents, location);
      this.id = id;
      this.name = name;
      this.location = location;
      this.worker.onmessage = ({ data }: MessageEvent<ToPage>) => {
        if (!("channel" in data)) {
          if ("files" in data) void this.files.keep(data);
          return;
        }
        const session = data.parent_header.session || this.session;
        if (session)
          sendMessage({ ...data, header: { ...data.header, session }, buffers: data.buffers ?? [] });
      };
      this.worker.postMessage({ configure: { base: new URL("../kernel/", PageConfig.getBaseUrl()).href } });
      kernels.set(id, this);
    }

    async handleMessage(message: JupyterMessage): Promise<void> {
      this.session = message.header.session;
      // What the reader has put beside the notebook, or changed there, since the last cell.
      if (message.header.msg_type === "execute_request") this.worker.postMessage(await this.files.changed());
      this.worker.postMessage(message);
    }

    interrupt(): void {
      const header = { msg_id: crypto.randomUUID(), msg_type: "interrupt_request", session: this.session };
      this.worker.postMessage({
        channel: "control",
        header: { ...header, username: "reader", version: "5.4", date: new Date().toISOString() },
        parent_header: {},
        metadata: {},
        content: {},
      });
    }

    dispose(): void {
      if (this.isDisposed) return;
      this.isDisposed = true;
      this.worker.terminate();
      kernels.delete(this.id);
      this.disposed.emit(undefined);
    }
  }

  const plugin = {
    id: "cofi-kernel:plugin",
    autoStart: true,
    requires: [IKernelSpecs, IKernelClient],
    activate(
      { serviceManager, restored }: { serviceManager: { contents: Contents }; restored: Promise<void> },
      specs: { register(options: object): void },
      client: KernelClient,
    ) {
      sayWhereStorageIsFull(serviceManager.contents, Notification.error);
      specs.register({
        spec: {
          name: "tslab",
          display_name: "TypeScript (Cofi)",
          language: "typescript",
          argv: [],
          resources: {},
          metadata: { debugger: false },
        },
        create: async (options: KernelOptions) => new Kernel(options, serviceManager.contents),
      });
      // JupyterLite's own interrupt drops the cells that wait, and tells no kernel.
      const others = client.interrupt.bind(client);
      client.interrupt = async (id) => {
        kernels.get(id)?.interrupt();
        await others(id);
      };
      // Before all is there, what is said is only listed, and not shown.
      restored.then(() => setTimeout(() => sayWhereChangesAre(Notification.info), 1000));
      keepOffline(new URL("../", PageConfig.getBaseUrl()).href);
      nameDownloads();
    },
  };
  return () => ({ __esModule: true, default: plugin });
}

/** What is downloaded has the file's own name, under which it is handed in: JupyterLite gives it its whole path. */
function nameDownloads(): void {
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download.includes("/")) this.download = this.download.slice(this.download.lastIndexOf("/") + 1);
    click.call(this);
  };
}

/** Has the site's service worker keep JupyterLite, once the start is over. */
function keepOffline(site: string): void {
  setTimeout(async () => {
    const { serviceWorker } = navigator;
    if (!serviceWorker) return;
    await serviceWorker.register(`${site}offline.js`);
    const { active } = await serviceWorker.ready;
    active?.postMessage("keep JupyterLite");
  }, 5000);
}

/** Tells the reader, once in each browser, where the changes are. */
function sayWhereChangesAre(say: (text: string, options: object) => void): void {
  const key = "cofi:told";
  try {
    if (localStorage.getItem(key)) return;
    localStorage.setItem(key, "yes");
  } catch {
    // Where nothing can be stored it is said each time.
  }
  say(
    // No longer than JupyterLab shows.
    "What you change is kept in this browser. File, Download takes a notebook with you; " +
      "deleting one in the list brings the original back.",
    { autoClose: false },
  );
}

/**
 * Tells the reader once the browser's storage takes no more, and opens notebooks all the same: JupyterLab opens none of
 * which it can't keep a copy to come back to.
 */
function sayWhereStorageIsFull(contents: Contents, say: (text: string, options: object) => void): void {
  let isSaid = false;
  const told = (error: unknown) => {
    const isFull = String((error as Error)?.name ?? error).includes("QuotaExceeded");
    if (isFull && !isSaid)
      say(
        "The browser's storage is full: what you change from now on is not kept. File, Download takes it with you.",
        { autoClose: false },
      );
    isSaid ||= isFull;
    return isFull;
  };
  const { save, createCheckpoint } = contents;
  contents.save = (...given) =>
    save.apply(contents, given).catch((error) => {
      throw told(error) ? new Error("The browser's storage is full.") : error;
    });
  contents.createCheckpoint = (path) =>
    createCheckpoint.call(contents, path).catch((error) => {
      if (!told(error)) throw error;
      return { id: "none", last_modified: new Date().toISOString() };
    });
}

/** The files beside a notebook: given to its kernel, and kept where it writes some. */
class Files {
  /** When each file that the kernel has was changed last. */
  private readonly known = new Map<string, string>();

  constructor(
    private readonly contents: Contents,
    private readonly folder: string,
  ) {}

  /** The files that are new to the kernel or have changed, by their paths from the notebook's folder. */
  async changed(): Promise<FilesMessage> {
    const files: FilesMessage["files"] = {};
    const visit = async (path: string): Promise<void> => {
      const { content } = await this.contents.get(path);
      for (const entry of content as (FileModel & { last_modified: string })[]) {
        if (entry.type === "directory") await visit(entry.path);
        else if (entry.type === "file" && (entry.size ?? 0) <= largest) {
          if (this.known.get(entry.path) === entry.last_modified) continue;
          this.known.set(entry.path, entry.last_modified);
          const name = this.folder === "" ? entry.path : entry.path.slice(this.folder.length + 1);
          files[name] = bytesOf(await this.contents.get(entry.path, { content: true }));
        }
      }
    };
    await visit(this.folder).catch(() => {}); // a notebook whose folder is gone has no files
    return { files };
  }

  /** Keeps what a kernel has written, changed or removed. */
  async keep({ files }: FilesMessage): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = this.folder === "" ? name : `${this.folder}/${name}`;
      if (content === null) await this.contents.delete(path).catch(() => {});
      else {
        const text = typeof content === "string";
        await this.contents.save(path, {
          type: "file",
          format: text ? "text" : "base64",
          content: text ? content : base64(new Uint8Array(await new Blob([content]).arrayBuffer())),
        });
      }
    }
  }
}

function bytesOf({ format, content }: FileModel): ArrayBuffer | string {
  if (format === "base64")
    return Uint8Array.from(atob(content as string), (byte) => byte.charCodeAt(0)).buffer;
  return typeof content === "string" ? content : JSON.stringify(content);
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let k = 0; k < bytes.length; k += 32_768)
    text += String.fromCharCode(...bytes.subarray(k, k + 32_768));
  return btoa(text);
}

// The contract by which JupyterLab loads extensions: a container by name, with what its modules may share.
let scope: Scope;
const containers = ((self as unknown as { _JUPYTERLAB?: Record<string, object> })._JUPYTERLAB ??= {});
containers["cofi-kernel"] = {
  init: (shared: Scope) => {
    scope = shared;
  },
  get: () => extension(scope),
};
