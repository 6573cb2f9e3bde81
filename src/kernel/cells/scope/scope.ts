import type { BoundSymbol } from "../compiler/typescript";

/**
 * Where the value of a name lives: reading and writing `v` reads and writes the variable of the cell that declared
 * it. Before its declaration has run, reading it throws, as it does in that cell.
 */
export interface Slot {
  v: unknown;
}

/** What a name means: what the compiler knows of it, and where its value is, unless it is only a type. */
export interface Binding {
  symbol: BoundSymbol;
  slot: Slot | undefined;
  /** The type or the value of an earlier cell that goes by the same name as this one's value or type. */
  beside?: Binding;
}

/** The names of all cells so far; a name that is declared again is another binding from then on. */
export class Scope {
  private readonly bindings = new Map<string, Binding>();

  get(name: string): Binding | undefined {
    return this.bindings.get(name);
  }

  set(name: string, binding: Binding): void {
    this.bindings.set(name, binding);
  }

  entries(): IterableIterator<[string, Binding]> {
    return this.bindings.entries();
  }

  /** The variables and their values, in the order in which they were first declared. */
  *values(): Generator<[name: string, value: unknown]> {
    for (const [name, { slot }] of this.bindings) if (slot && isSet(slot)) yield [name, slot.v];
  }
}

/** Whether the declaration behind a slot has run. */
export function isSet(slot: Slot): boolean {
  try {
    void slot.v;
    return true;
  } catch {
    return false;
  }
}
