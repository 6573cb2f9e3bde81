import type { Id } from "../ratings/ratings";

/**
 * Numbers ids in the order in which they first appear. Whole numbers and texts are kept apart while ids come in,
 * for a number is found without text being made of it.
 */
export class IdIndex {
  private readonly numbers = new Map<number, number>();
  private readonly texts = new Map<string, number>();
  private last: Id | undefined;
  private lastIndex = -1;

  get size(): number {
    return this.numbers.size + this.texts.size;
  }

  /** The index of an id: a safe integer, or a text that is not one written out. */
  of(id: Id): number {
    // A user's ratings mostly stand together.
    if (id === this.last) return this.lastIndex;
    const known = (typeof id === "number" ? this.numbers : this.texts) as Map<Id, number>;
    let index = known.get(id);
    if (index === undefined) known.set(id, (index = this.size));
    this.last = id;
    return (this.lastIndex = index);
  }

  /** The ids by index, each as it was given. */
  asGiven(): Id[] {
    const ids = new Array<Id>(this.size);
    for (const [id, index] of this.numbers) ids[index] = id;
    for (const [id, index] of this.texts) ids[index] = id;
    return ids;
  }
}
