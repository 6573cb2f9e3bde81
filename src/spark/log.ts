/** The last lines of a log. */

/** So many lines are kept. */
const most = 5000;

export class Log {
  private kept: string[] = [];

  add(line: string): void {
    this.kept.push(line);
    if (this.kept.length > 2 * most) this.kept = this.kept.slice(-most);
  }

  /** The last lines that say something, the oldest first. */
  lines(count: number): string[] {
    return this.kept.filter((line) => line.trim() !== "").slice(-count);
  }
}
