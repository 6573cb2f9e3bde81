/** Values that go with what a program does, through all that it awaits. */
export { AsyncLocalStorage as Context } from "node:async_hooks";
