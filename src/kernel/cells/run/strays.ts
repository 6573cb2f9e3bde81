/** From now on calls back with each error that no code caught, and no longer ends the process over it. */
export function onStray(take: (thrown: unknown) => void): void {
  for (const event of ["unhandledRejection", "uncaughtException"] as const) process.on(event, take);
  process.on("SIGINT", () => {}); // the one that stops a script may come just after its end
}
