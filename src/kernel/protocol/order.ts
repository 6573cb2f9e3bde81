/** What the streams of one process brought: something to do with it, or a mark. */
type Item = (() => void) | "mark";

/**
 * Puts what comes over several streams of one process back into the order in which it was sent. Where the order
 * matters, the process sends a mark over each stream; nothing that follows a mark is taken before all streams have
 * come to it.
 */
export class Order {
  private readonly queues: Item[][];

  constructor(streams: number) {
    this.queues = Array.from({ length: streams }, () => []);
  }

  take(stream: number, item: Item): void {
    this.queues[stream].push(item);
    this.work();
  }

  /** The process has ended: no more marks will come. */
  end(): void {
    for (const queue of this.queues) for (const item of queue.splice(0)) if (item !== "mark") item();
  }

  private work(): void {
    for (;;) {
      for (const queue of this.queues)
        while (queue.length > 0 && queue[0] !== "mark") (queue.shift() as () => void)();
      if (this.queues.some((queue) => queue.length === 0)) return;
      for (const queue of this.queues) queue.shift();
    }
  }
}

/** Cuts text that comes in pieces at a mark, which may itself come in pieces. */
export class MarkedText {
  private rest = "";

  constructor(private readonly mark: string) {}

  /** The text so far, with `undefined` where a mark stood. */
  read(piece: string): (string | undefined)[] {
    const parts = (this.rest + piece).split(this.mark);
    const last = parts.pop() as string;
    const kept = this.startOfMark(last);
    this.rest = last.slice(last.length - kept);
    const texts: (string | undefined)[] = parts.flatMap((text) => [text, undefined]);
    return [...texts, last.slice(0, last.length - kept)].filter((text) => text !== "");
  }

  /** What was held back in case it was the start of a mark. */
  end(): string {
    return this.rest;
  }

  /** How many characters at the end of a text may be the start of a mark. */
  private startOfMark(text: string): number {
    for (let length = Math.min(text.length, this.mark.length - 1); length > 0; length--)
      if (text.endsWith(this.mark.slice(0, length))) return length;
    return 0;
  }
}
