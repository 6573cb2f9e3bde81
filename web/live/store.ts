/** What the reader has written on a page, kept in the browser. */

/** The reader's code by the ids of the cells. */
export type Changes = Record<string, string>;

export class Store {
  constructor(
    /** The page's name: the changes of each page are kept by themselves. */
    private readonly page: string,
    /** Told where changes can't be kept, and again once they can. */
    private readonly onTrouble: (trouble: string | undefined) => void,
  ) {}

  private get key(): string {
    return `cofi:${location.pathname.replace(/[^/]*$/, "")}${this.page}`;
  }

  read(): Changes {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      return Object.fromEntries(
        Object.entries(kept).filter(([, code]) => typeof code === "string"),
      ) as Changes;
    } catch {
      return {}; // no storage here, or nothing that this page has written
    }
  }

  write(changes: Changes): void {
    try {
      if (Object.keys(changes).length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(changes));
      this.onTrouble(undefined);
    } catch (error) {
      const full = (error as Error).name === "QuotaExceededError";
      const why = full ? "the browser's storage is full" : "this browser lets the page store nothing";
      this.onTrouble(`Your changes are not kept (${why}): download them before you leave the page.`);
    }
  }
}
