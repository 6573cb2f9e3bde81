/** The event loop's next turn: timers, messages and interrupts have theirs before. */
export const afterTurn = (run: () => void): void => void setImmediate(run);

/** Resolves in the next turn. */
export const nextTurn = (): Promise<void> => new Promise(afterTurn);
