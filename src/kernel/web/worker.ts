/** What a web worker has, as far as the kernel uses it: its types, which Node's don't hold. */
export interface WorkerScope {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown, transfer?: unknown[]): void;
  addEventListener(
    type: "error" | "unhandledrejection",
    take: (event: { error?: unknown; message?: string; reason?: unknown; preventDefault(): void }) => void,
  ): void;
  close(): void;
  readonly location: { readonly href: string };
  readonly crossOriginIsolated: boolean;
  readonly navigator: { readonly hardwareConcurrency: number };
}

/** The worker that runs this code. */
export const scope = globalThis as unknown as WorkerScope;

/** A worker that this one has started. */
export interface ChildWorker {
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null;
  postMessage(message: unknown, transfer?: unknown[]): void;
  terminate(): void;
}

/** Starts a worker from a script's text. */
export function startWorker(code: string, name: string): ChildWorker {
  const { Worker } = globalThis as unknown as {
    Worker: new (url: string, options: { name: string }) => ChildWorker;
  };
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url, { name });
  URL.revokeObjectURL(url);
  return worker;
}
