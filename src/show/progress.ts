import { checkCount } from "../base/check";
import { randomUUID } from "../platform/hash";
import { type Display, notebook } from "../platform/notebook";
import { terminalBar } from "../platform/terminal";
import { escaped } from "./figure";
import { visible, withoutFormulas } from "./text";

/** How far a long work is. */
export interface Progress {
  /** `n` more steps are done (one, unless given), with a note on how it stands. */
  step(n?: number, note?: string): void;
  /** The work is over; the bar stays as it was last. */
  done(): void;
}

/** The shortest time between two drawings, in milliseconds. */
const pause = 50;

/**
 * A progress bar: drawn in place in a notebook and in a terminal; silent in a log and in CI.
 *
 * @param total How many steps there will be.
 * @param label What is being done.
 */
export function progress(total: number, label: string): Progress {
  checkCount("total", total, 0);
  const display = notebook();
  if (display) return notebookBar(display, total, label);
  const bar = terminalBar(total, label);
  return { step: (n = 1, note) => bar?.step(n, note), done: () => bar?.done() };
}

function notebookBar(display: Display, total: number, label: string): Progress {
  const id = randomUUID();
  let count = 0;
  let note = "";
  let drawn = -Infinity;
  let shown = false;
  let later: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    clearTimeout(later);
    later = undefined;
    const text = `${label}: ${count} of ${total}${note && `, ${note}`}`;
    const bar = `<progress value="${count}" max="${total}" style="width: 20em; vertical-align: middle"></progress>`;
    const data = { "text/html": withoutFormulas(`${bar} ${escaped(text)}`), "text/plain": visible(text) };
    display({ data, metadata: {}, transient: { display_id: id } }, shown);
    shown = true;
    drawn = performance.now();
  };
  draw();
  return {
    step(n = 1, newNote = note) {
      count += n;
      note = newNote;
      // Too soon for another drawing; but the last step before a long pause must not go unseen.
      if (performance.now() - drawn >= pause) draw();
      else later ??= setTimeout(draw, pause);
    },
    done: draw,
  };
}
