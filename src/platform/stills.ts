/** Still images of figures. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { projectFolder, workerFile } from "./project";

/** The longest wait for one picture, in milliseconds; the first includes the start of the program. */
const patience = 20_000;

interface Painter {
  paint(figure: object): string;
}

let painter: Painter | undefined | null;

/**
 * A figure as a still SVG, drawn by plotly.js itself in Kaleido, for pages where no script runs. It holds the
 * thread while it waits (about a second the first time, then some 60 ms), so that what a cell shows keeps its order.
 *
 * Undefined where Kaleido is not installed; where it fails, a line says why, once, and there are no stills from then
 * on.
 */
export function still(figure: object): string | undefined {
  if (painter === undefined) {
    const kaleido = findKaleido();
    painter = kaleido === undefined ? null : openPainter(kaleido);
  }
  if (painter === null) return undefined;
  try {
    return painter.paint(figure);
  } catch (error) {
    painter = null;
    console.warn(`Figures have no still images from here on: ${(error as Error).message}`);
    return undefined;
  }
}

/** The folder of Kaleido's program, in the project's Python environment. */
function findKaleido(): string | undefined {
  const environment = join(projectFolder, ".venv");
  const libraries = join(environment, "lib");
  const versions = existsSync(libraries)
    ? readdirSync(libraries).map((version) => join(libraries, version))
    : [];
  return [...versions, join(environment, "Lib")]
    .map((folder) => join(folder, "site-packages", "kaleido", "executable"))
    .find(existsSync);
}

function openPainter(kaleido: string): Painter {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1: near, port2: far } = new MessageChannel();
  const worker = new Worker(workerFile("platform/stillWorker"), {
    workerData: { kaleido, flag, port: far },
    transferList: [far],
  });
  worker.unref();
  near.unref();
  return {
    paint(figure) {
      Atomics.store(flag, 0, 0);
      near.postMessage(JSON.stringify(figure));
      const answer =
        Atomics.wait(flag, 0, 0, patience) === "timed-out" ? undefined : receiveMessageOnPort(near)?.message;
      if (answer === undefined) throw new Error(`Kaleido gave no answer in ${patience / 1000} s`);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.svg;
    },
  };
}

/** What the worker is given. */
export interface StillWork {
  kaleido: string;
  flag: Int32Array;
  port: MessagePort;
}
