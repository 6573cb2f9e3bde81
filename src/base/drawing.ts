/** A part of a program whose output is collected rather than shown: a redraw of a widget's picture. */
import { Context } from "../platform/context";

/** One redraw that is under way. */
export interface Drawing {
  /** Aborted when the redraw is no longer wanted, or when the reader interrupts it. */
  readonly signal: AbortSignal;
  /** Takes, in the place of the notebook, what the redraw puts out. */
  take(output: DrawnOutput): void;
}

/** What a redraw puts out, as the kernel sends it. */
export type DrawnOutput =
  | { readonly type: "stream"; readonly text: string }
  | {
      readonly type: "display";
      readonly content: {
        readonly data: Record<string, unknown>;
        readonly transient: { display_id?: string };
      };
      readonly update: boolean;
    }
  | { readonly type: "clear" }
  | { readonly type: "error" | "result" };

const key = Symbol.for("cofi.drawing");

/** One for the process: the kernel and the code in cells each have their own copy of this module. */
function storage(): Context<Drawing> {
  const holder = globalThis as { [key]?: Context<Drawing> };
  holder[key] ??= new Context<Drawing>();
  return holder[key];
}

/** The redraw that the running code is part of. */
export const drawing = (): Drawing | undefined => storage().getStore();

/** Runs a function as part of a redraw; what it starts stays part of it. */
export const inDrawing = <T>(own: Drawing, run: () => T): T => storage().run(own, run);
