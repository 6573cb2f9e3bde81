/** The only file of Node's that knows danfo. */
export type { DataFrame } from "danfojs-node";

/** danfo, which is loaded when it is first used, and which not everybody has. */
export async function loadDanfo(): Promise<typeof import("danfojs-node")> {
  try {
    return await import("danfojs-node");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("toFrame needs danfo.js, which is not installed: npm install danfojs-node@1.2.0", {
      cause: error,
    });
  }
}
