/** The way from this module to the output of a notebook's cell. */
import { createRequire } from "node:module";

/** Sends one display to the notebook: its forms by MIME type, new or in the place of an earlier one. */
export type Display = (
  content: {
    data: Record<string, unknown>;
    metadata: Record<string, unknown>;
    transient: { display_id?: string };
  },
  update: boolean,
) => void;

/**
 * The notebook that this process is the kernel of, undefined outside of one. tslab keeps the channel of its
 * running cell in a module of its own; that module being loaded is what makes this process a kernel.
 */
export function notebook(): Display | undefined {
  const { resolve, cache } = createRequire(__filename);
  return cache[resolve("tslab/dist/jupyter")]?.exports.lastWriteDisplayData ?? undefined;
}
