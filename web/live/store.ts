/** What the reader has written on a page, kept in the browser. */

/** The name under which the browser keeps something for the pages of this folder. */
export const keyOf = (name: string): string => `cofi:${location.pathname.replace(/[^/]*$/, "")}${name}`;

export class Store {
  /** What could not be kept yet. */
  private waiting: Record<string, string | undefined> = {};

  constructor(
    /** The page's name: the changes of each page are kept by themselves. */
    private readonly page: string,
    /** Told where changes can't be kept, and again once they can. */
    private readonly onTrouble: (trouble: string | undefined) => void,
  ) {
    // A page that is left by its reader has not ended.
    addEventListener("pagehide", () => this.end());
  }

  private get key(): string {
    return keyOf(this.page);
  }

  /** The reader's code by the ids of the cells. */
  read(): Record<string, string> {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return Object.fromEntries(Object.entries<string>(kept).filter(([, code]) => typeof code === "string"));
    } catch {
      return {}; // no storage here, or nothing that this page has written
    }
  }

  /**
   * Keeps the reader's code of a cell; undefined where the cell has the page's again. What other tabs have kept of this
   * page's cells stays.
   */
  write(id: string, code: string | undefined): void {
    this.waiting[id] = code;
    const changes = { ...this.read(), ...this.waiting };
    try {
      // Those that are undefined JSON leaves out.
      if (Object.values(changes).every((one) => one === undefined)) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(changes));
      this.waiting = {};
      this.onTrouble(undefined);
    } catch (error) {
      const full = (error as Error).name === "QuotaExceededError";
      const why = full ? "the browser's storage is full" : "this browser lets the page store nothing";
      this.onTrouble(`Your changes are not kept (${why}): download them before you leave the page.`);
    }
  }

  /** Notes that a cell runs: a tab that ends meanwhile, as where memory runs out, finds the note when it is loaded again. */
  begin(cell: number): void {
    note(this.key, String(cell));
  }

  end(): void {
    note(this.key, undefined);
  }

  /** The number of the cell that ran when the tab ended, where that was not by the reader; told once. */
  get endedIn(): string | undefined {
    const cell = noted(this.key);
    this.end();
    return cell;
  }
}

function note(key: string, text: string | undefined): void {
  try {
    if (text === undefined) sessionStorage.removeItem(`${key}:runs`);
    else sessionStorage.setItem(`${key}:runs`, text);
  } catch {
    // Without storage nothing is told afterwards.
  }
}

function noted(key: string): string | undefined {
  try {
    return sessionStorage.getItem(`${key}:runs`) ?? undefined;
  } catch {
    return undefined;
  }
}
