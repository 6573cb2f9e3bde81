const QUIET = 15_000; // milliseconds between two notes on progress where lines cannot be overwritten

/**
 * Tells how a sequence of steps goes, one line a step: overwritten while it runs in a terminal, and in a log with a
 * new line from time to time. Steps with nothing to do are only told where another one has something to do.
 */
export class Report {
  #total;
  #out;
  #number = 0;
  #upToDate = [];
  #worked = false;

  /**
   * @param {number} total How many steps there are.
   * @param {NodeJS.WriteStream} [out] Where to tell it; defaults to standard output.
   */
  constructor(total, out = process.stdout) {
    this.#total = total;
    this.#out = out;
  }

  get worked() {
    return this.#worked;
  }

  upToDate(name) {
    this.#number++;
    const line = `${this.#head(name)}up to date\n`;
    if (this.#worked) this.#out.write(line);
    else this.#upToDate.push(line);
  }

  /** Begins a step; the two functions say how far it is, and what came of it. */
  begin(name, what) {
    this.#number++;
    this.#worked = true;
    this.#out.write(this.#upToDate.splice(0).join(""));
    const head = this.#head(name);
    const started = Date.now();
    let lastNote = started;
    const note = (text) => {
      if (this.#out.isTTY)
        this.#out.write(`\r\x1b[2K${`${head}${text}`.slice(0, (this.#out.columns || 80) - 1)}`);
      else if (Date.now() - lastNote >= QUIET) {
        lastNote = Date.now();
        this.#out.write(`${head}${text}\n`);
      }
    };
    const done = (text) => {
      const seconds = Math.round((Date.now() - started) / 1000);
      this.#out.write(
        `${this.#out.isTTY ? "\r\x1b[2K" : ""}${head}${text}${seconds >= 1 ? ` (${seconds} s)` : ""}\n`,
      );
    };
    this.#out.write(`${head}${what}${this.#out.isTTY ? "" : "\n"}`);
    return { note, done };
  }

  #head(name) {
    return `[${this.#number}/${this.#total}] ${name}: `;
  }
}
