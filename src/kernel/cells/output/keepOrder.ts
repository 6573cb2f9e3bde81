import { answersPipe, writeAll, writeLine } from "../../protocol/pipes";

/** The process's standard streams as the kernel reads them. */
const standardStreams = [1, 2];

/**
 * Keeps what is printed before and after in order with what other programs, or native code, write past Node's
 * streams: called before such a program starts, and after it has ended.
 */
export function keepOrder(): void {
  for (const stream of standardStreams) writeAll(stream, Buffer.from(`\u0000${process.argv[2]}\u0000`));
  writeLine(answersPipe, { mark: true });
}
