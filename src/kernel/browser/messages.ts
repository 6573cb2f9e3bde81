/**
 * What a page and the kernel in a web worker say to each other.
 *
 * The page starts `new Worker("…/kernel.js")`, also from a Blob URL that holds the script's text, as a classic worker or
 * as a module; each worker is a kernel of its own, for one notebook. Everything goes by `postMessage`:
 *
 * 1. Before the first request the page may post one `Configure`. Without it the assets are fetched from beside the
 *    script; a kernel from a Blob URL has nothing beside it, and needs to be told `base` or `files`.
 * 2. The kernel posts `status: starting` on `iopub` at once. From then on both sides post `JupyterMessage`s, as
 *    Jupyter's protocol 5.4 has them: requests on `shell` and `control`, each reply on the channel of its request,
 *    `input_request` and `input_reply` on `stdin`, all else on `iopub`. A request may be sent at any time; the first
 *    that needs the compiler waits until it is loaded.
 * 3. `interrupt_request` on `control` stops the running cell and is answered at once, also while a cell holds the
 *    thread. What can be stopped where it stands (whatever awaits, loops of cells, training) leaves all variables as
 *    they are. What can't within three seconds, six on a slow machine, is ended with the worker that runs cells: the
 *    cell fails with `ProcessEnded`, whose text says that the variables are lost, and the kernel goes on with a new one.
 * 4. After the reply to `shutdown_request` the worker closes itself; for a restart the page starts another.
 * 5. The notebook's files are kept in memory, by their path from the notebook's folder (`data/ratings.csv`). The page
 *    gives files with `FilesMessage`; the kernel posts one after each cell that wrote, changed or removed any.
 */

export type ChannelName = "shell" | "control" | "iopub" | "stdin";

/** A message of Jupyter's protocol, of either side. */
export interface JupyterMessage {
  channel: ChannelName;
  header: {
    msg_id: string;
    msg_type: string;
    session: string;
    username: string;
    date: string;
    version: string;
  };
  /** The header of what the message belongs to; empty where it belongs to none. */
  parent_header: JupyterMessage["header"] | Record<string, never>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
  /** Binary parts, those of widgets for one. @default [] */
  buffers?: (ArrayBuffer | ArrayBufferView)[];
}

/** From where the kernel takes its assets: what lies beside `kernel.js` in `dist/browser`. */
export interface Configure {
  configure: {
    /** The address of the folder with the assets, absolute, with a slash at its end. @default that of the script */
    base?: string;
    /**
     * Assets that the page has already, by their names in that folder: not fetched. A page without a server hands over
     * `declarations.json`, `cofi.js` and the `chunk-….js` that this imports, and of the others what its cells will need.
     * @default {}
     */
    files?: Record<string, ArrayBuffer | Blob | string>;
  };
}

/**
 * Files of the notebook by path, from either side; null for one that is gone. The page may give a Blob, such as a file
 * of the reader's, which is read when code reads it; the kernel gives bytes.
 */
export interface FilesMessage {
  files: Record<string, ArrayBuffer | string | Blob | null>;
}

export type FromPage = JupyterMessage | Configure | FilesMessage;
export type ToPage = JupyterMessage | FilesMessage;

/** What a program of cells compiled beforehand puts out: a message as of `iopub`, of which only this is needed. */
export interface CompiledOutput {
  header: Pick<JupyterMessage["header"], "msg_type">;
  content: Record<string, unknown>;
}

/** What a control of the page says to such a program: the content of a `comm_msg`. */
export interface FromControl {
  comm_id: string;
  data: Record<string, unknown>;
}
