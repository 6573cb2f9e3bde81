/** Data frames in a browser: danfo without what it does with files, from a file beside the bundle. */
import type { loadDanfo as nodes } from "../frames";
import { beside } from "./beside";

export type { DataFrame } from "../frames";

export const loadDanfo: typeof nodes = async () => {
  try {
    return (await import(/* @vite-ignore */ beside("danfo.js"))).default;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`toFrame needs danfo.js, which cannot be loaded from ${beside("danfo.js")} (${message})`);
  }
};
