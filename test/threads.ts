/** How many threads this process has beside its own, or is about to have. */
export const threadsNow = (): number =>
  process.getActiveResourcesInfo().filter((resource) => /MessagePort|Worker/.test(resource)).length;
