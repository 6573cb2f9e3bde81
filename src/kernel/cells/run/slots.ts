/** What the thread that runs cells and the one that listens tell one another, by place in the array they share. */
export const slots = {
  /** 1 while a script runs that SIGINT stops. */
  inScript: 0,
  /** Counts the interrupts that the thread that runs cells has heard of. */
  heard: 1,
  /** 1 while the thread that runs cells waits for another program, in `execSync`. */
  inChild: 2,
  /** Counts the interrupts that came. */
  asked: 3,
  /** 1 once an interrupt came, until the code that runs or its thread has taken note of it. */
  pending: 4,
  /** Counts up while the thread that runs cells is free, once a cell was interrupted. */
  beat: 5,
} as const;

/** How many there are. */
export const numSlots = Object.keys(slots).length;
