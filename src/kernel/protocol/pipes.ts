import { writeSync } from "node:fs";
import type { Readable } from "node:stream";

/** The descriptors of the three pipes between the kernel's two processes, the same in both. */
export const answersPipe = 3;
export const callsPipe = 4;
export const interruptsPipe = 5;

/**
 * Reads messages between the kernel's two processes: one JSON text a line.
 *
 * @param broken Is told of a line that is no such message, or longer than `longest` characters; all that comes after
 *   it is left unread. @default it is thrown
 */
export function readLines<T>(
  stream: Readable,
  take: (message: T) => void,
  {
    broken,
    longest = Number.POSITIVE_INFINITY,
  }: { broken?: (error: unknown) => void; longest?: number } = {},
): void {
  let pieces: string[] = [];
  let length = 0;
  let isBroken = false;
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    if (isBroken) return;
    try {
      read(chunk);
    } catch (error) {
      if (broken === undefined) throw error;
      isBroken = true;
      pieces = [];
      broken(error);
    }
  });

  function read(chunk: string): void {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      pieces.push(chunk.slice(from, end));
      from = end + 1;
      const line = pieces.join("");
      pieces = [];
      length = 0;
      take(JSON.parse(line));
    }
    length += chunk.length - from;
    if (length > longest) throw new RangeError(`a line must have at most ${longest} characters`);
    if (from < chunk.length) pieces.push(chunk.slice(from));
  }
}

export function toLine(message: object): string {
  return `${JSON.stringify(message)}\n`;
}

/**
 * Writes one message before it returns: it arrives although the caller goes on without ever giving the event
 * loop a turn, and a caller that writes faster than the other side reads is held back instead of running out
 * of memory.
 */
export function writeLine(descriptor: number, message: object): void {
  writeAll(descriptor, Buffer.from(toLine(message)));
}

/** Writes bytes to a descriptor before it returns, as `writeLine` does. */
export function writeAll(descriptor: number, bytes: Buffer): void {
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeNow(descriptor, bytes, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** Node's own, also where cells find another in its place. */
const writeNow = writeSync;

const pause = new Int32Array(new SharedArrayBuffer(4));
