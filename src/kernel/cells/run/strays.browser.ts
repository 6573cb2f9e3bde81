import { scope } from "../../web/worker";

/** From now on calls back with each error that no code caught. */
export function onStray(take: (thrown: unknown) => void): void {
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    take(event.reason);
  });
  scope.addEventListener("error", (event) => {
    event.preventDefault();
    take(event.error ?? new Error(event.message));
  });
}
