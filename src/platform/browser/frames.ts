/** Data frames in a browser. */
import type { loadDanfo as nodes } from "../frames";

export type { DataFrame } from "../frames";

export const loadDanfo: typeof nodes = async () => {
  throw new Error("toFrame needs danfo.js, which this page comes without");
};
