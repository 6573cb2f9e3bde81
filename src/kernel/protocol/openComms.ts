import type { CommContent } from "./wire";

/** The comms that are open, as both sides have told: asked for while the process that runs cells is busy, too. */
export class OpenComms {
  private readonly targets = new Map<string, string>();

  /** Takes note of a message of either side. */
  note(content: CommContent): void {
    if (content.type === "comm_open") this.targets.set(content.comm_id, content.target_name);
    else if (content.type === "comm_close") this.targets.delete(content.comm_id);
  }

  has(id: string): boolean {
    return this.targets.has(id);
  }

  /** The open comms by id, all or those to one target, as the protocol lists them. */
  list(target?: string): Record<string, { target_name: string }> {
    const wanted = [...this.targets].filter(([, name]) => target === undefined || name === target);
    return Object.fromEntries(wanted.map(([id, target_name]) => [id, { target_name }]));
  }

  /** Forgets all, and returns their ids. */
  clear(): string[] {
    const ids = [...this.targets.keys()];
    this.targets.clear();
    return ids;
  }
}
