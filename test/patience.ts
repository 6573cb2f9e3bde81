/** How long a test waits for what must come, in milliseconds: long enough for what is slow, for it is for what never comes. */
export const patience = 120_000;
