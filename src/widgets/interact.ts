/** A picture that is drawn again as its controls move: only the last of many moves, and never an old one after it. */
import { hasComms, onInterrupt } from "../base/comm";
import { inDrawing } from "../base/drawing";
import { Context } from "../platform/context";
import { randomUUID } from "../platform/hash";
import { notebook } from "../platform/notebook";
import { afterTurn } from "../platform/turn";
import type { MimeBundle } from "../show/mime";
import { show } from "../show/show";
import { Box } from "./box";
import type { Control } from "./control";
import { Drawn, failed, fitted, heightOf, moving } from "./drawn";

/** Controls by the names that their values go by. */
// biome-ignore lint/suspicious/noExplicitAny: each has values of a type of its own.
export type Controlled = Readonly<Record<string, Control<any>>>;

/** The values of controls, by the controls' names. */
export type ValuesOf<Controls> = {
  [Name in keyof Controls]: Controls[Name] extends Control<infer T> ? T : never;
};

/** What a redraw is told beside the values. */
export interface Redraw {
  /** Aborted once a control has moved on, or the reader interrupts: `train` and other long work stops by itself. */
  readonly signal: AbortSignal;
}

export type Draw<Controls> = (values: ValuesOf<Controls>, redraw: Redraw) => unknown;

/** How long controls must rest before a still image gives way to the figure itself, in milliseconds. */
const rest = 400;

/**
 * Shows controls and, below them, what `draw` makes of their values: what it returns, shows and prints. When a control
 * moves it is drawn again, in place. While one drawing is under way further moves abort its signal, and only the last
 * of them is drawn after it; what an aborted drawing puts out is dropped. An interrupt of the kernel ends a drawing,
 * and the next move draws again.
 *
 * Where no front end runs, the picture is that of the values that the controls have.
 *
 * The page has as many places as the first drawing puts out things. Where a later one puts out more, some that follow
 * one another share a place.
 *
 * Resolves once the first picture is drawn; what the first drawing throws is thrown.
 */
export async function interact<Controls extends Controlled>(
  controls: Controls,
  draw: Draw<Controls>,
): Promise<void> {
  const box = new Box(Object.values(controls));
  const values = () =>
    Object.fromEntries(
      Object.entries(controls).map(([name, { value }]) => [name, value]),
    ) as ValuesOf<Controls>;
  if (notebook()) show(box);
  const picture = new Picture((redraw) => draw(values(), redraw));
  const first = values();
  await picture.begin();
  for (const control of Object.values(controls)) control.onChange(() => picture.redraw());
  // A control may have moved while the first picture was drawn.
  if (Object.entries(values()).some(([name, value]) => !Object.is(value, first[name]))) picture.redraw();
}

/** What is on the page, and the drawing that is under way. */
class Picture {
  private readonly id = randomUUID();
  private shown: MimeBundle[] = [];
  /** Of the figure that was last in the first place. */
  private height: number | undefined;
  /** Runs a function as part of the message that moved a control last: by it the page knows what output is about. */
  private ofLastMove = Context.snapshot();
  private isWanted = false;
  private drawings: Promise<void> | undefined;
  private current: AbortController | undefined;
  private resting: NodeJS.Timeout | undefined;

  constructor(private readonly draw: (redraw: Redraw) => unknown) {}

  /** Draws for the first time: as many things as there will be places. */
  async begin(): Promise<void> {
    const outcome = await this.drawOnce();
    if (outcome === undefined || "thrown" in outcome) throw outcome?.thrown;
    this.shown = outcome.bundles.length === 0 ? [{ "text/plain": "" }] : outcome.bundles;
    for (const [k, data] of this.shown.entries()) this.put(data, k, false);
  }

  /** Draws again, soon: where one is under way, after it. */
  redraw(): void {
    this.ofLastMove = Context.snapshot();
    this.isWanted = true;
    clearTimeout(this.resting);
    this.current?.abort(new DOMException("a control has moved on", "AbortError"));
    this.drawings ??= this.drawAll();
  }

  private async drawAll(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      const outcome = await this.drawOnce();
      if (outcome === undefined) continue;
      this.height = heightOf(this.shown[0]) ?? this.height;
      this.ofLastMove(() =>
        this.replace("thrown" in outcome ? [failed(outcome.thrown, this.height)] : outcome.bundles),
      );
    }
    this.drawings = undefined;
    this.resting = setTimeout(() => this.ofLastMove(() => this.settle()), rest);
  }

  /** What one drawing puts out or throws; undefined where it is no longer wanted. */
  private async drawOnce(): Promise<{ bundles: MimeBundle[] } | { thrown: unknown } | undefined> {
    const controller = new AbortController();
    this.current = controller;
    const drawn = new Drawn(controller.signal);
    let forget = () => {};
    const interrupted = new Promise<{ thrown: unknown }>((resolve) => {
      if (!hasComms()) return;
      forget = onInterrupt(() => {
        const thrown = new Interrupted();
        controller.abort(thrown);
        resolve({ thrown });
      });
    });
    const done = new Promise<{ bundles: MimeBundle[] } | { thrown: unknown }>((resolve) => {
      const run = async () => {
        try {
          const value = await this.draw({ signal: controller.signal });
          if (value !== undefined) show(value);
          resolve({ bundles: drawn.bundles() });
        } catch (thrown) {
          resolve({ thrown });
        }
      };
      // In a turn of its own: moves that have come meanwhile count before it, and where a loop is stopped only it goes.
      this.ofLastMove(() => afterTurn(() => void inDrawing(drawn, run)));
    });
    const outcome = await Promise.race([done, interrupted]);
    forget();
    this.current = undefined;
    return controller.signal.aborted && !(controller.signal.reason instanceof Interrupted)
      ? undefined
      : outcome;
  }

  /** Puts other contents in the places of those on the page. */
  private replace(contents: MimeBundle[]): void {
    const fit = fitted(contents, this.shown.length);
    const old = this.shown;
    this.shown = old.map((_, k) => fit[k] ?? { "text/plain": "" });
    this.shown.forEach((data, k) => {
      if (data !== old[k]) for (const step of moving(data)) this.put(step, k, true);
    });
  }

  /** Puts figures that can be moved and read in the places of their still images. */
  private settle(): void {
    this.shown.forEach((data, k) => {
      if (moving(data)[0] !== data) this.put(data, k, true);
    });
  }

  private put(data: MimeBundle, place: number, update: boolean): void {
    const display = notebook();
    if (display) display({ data, metadata: {}, transient: { display_id: `${this.id}-${place}` } }, update);
  }
}

/** What a drawing ends with that the reader has interrupted. */
class Interrupted extends Error {
  override name = "KeyboardInterrupt";
  override message = "the drawing was stopped; move a control to draw again";
}
