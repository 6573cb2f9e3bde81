import { ask, canAsk } from "./questions";

interface PromptOptions {
  /** Hides what is typed. @default false */
  password?: boolean;
}

declare global {
  /**
   * Asks the reader of the notebook for a line of text.
   *
   * @param message What stands before the field. @default ""
   * @param initial What an empty line stands for, and what is returned where the front end can't ask. @default none
   * @throws Error where the front end can't ask its reader and there is no `initial`.
   */
  function prompt(message?: string, initial?: string, options?: PromptOptions): Promise<string>;
  function prompt(message: string, options: PromptOptions): Promise<string>;

  /**
   * Asks the reader of the notebook a question that is answered by yes or no; anything but yes, y, ok, true and 1
   * is a no.
   *
   * @throws Error where the front end can't ask its reader.
   */
  function confirm(message?: string): Promise<boolean>;

  /** Tells the reader something and waits until it was read; where the front end can't ask, it is printed. */
  function alert(message?: unknown): Promise<void>;
}

/** Gives cells `prompt`, `confirm` and `alert`, as a browser's pages have them, but as promises. */
export function offerPrompt(): void {
  Object.assign(globalThis, {
    async prompt(
      message: unknown = "",
      initial?: string | PromptOptions | null,
      options: PromptOptions = {},
    ): Promise<string> {
      const given = typeof initial === "object" && initial !== null ? initial : options;
      const standard = typeof initial === "object" ? undefined : initial;
      if (standard === undefined) return ask(String(message), given);
      const text = String(standard);
      if (!canAsk()) return text;
      return (await ask(`${message} [${text}] `.trimStart(), given)) || text;
    },

    async confirm(message: unknown = ""): Promise<boolean> {
      const answer = await ask(`${message} [y/N] `.trimStart());
      return /^(?:y|yes|ok|true|1)$/i.test(answer.trim());
    },

    async alert(message: unknown = ""): Promise<void> {
      if (canAsk()) await ask(`${message} [Enter] `.trimStart());
      else console.log(String(message));
    },
  });
}
