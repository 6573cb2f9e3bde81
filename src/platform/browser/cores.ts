/** How many threads may compute together in a browser: one, unless the page is isolated from others. */

/** Whether the page was served with the headers that let its threads share memory. */
const isIsolated = globalThis.crossOriginIsolated === true;

export const cores = (): number => (isIsolated ? navigator.hardwareConcurrency : 1);

export const threadsRefused = (): string | undefined =>
  isIsolated
    ? undefined
    : "threads share memory only on a page that is served with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";

export const sharesMemory = (): boolean => isIsolated;

export const sharedBytes = (length: number): ArrayBufferLike =>
  isIsolated ? new SharedArrayBuffer(length) : new ArrayBuffer(length);

/** Whether this thread may sleep: a page's own, which also draws, may not. */
const maySleep = isIsolated && "WorkerGlobalScope" in globalThis;

export function sleepUntilTold(cells: Int32Array, place: number, seen: number, longest?: number): unknown {
  return maySleep ? Atomics.wait(cells, place, seen, longest) : undefined;
}
