/** Check sums and random names. */
import { createHash } from "node:crypto";

export { randomUUID } from "node:crypto";

/** A SHA-256 that grows with what it is given: the bytes of an array as they lie in memory, or text in UTF-8. */
export interface Sha256 {
  update(part: string | ArrayBufferView): this;
  digest(form: "hex"): string;
}

export const sha256 = (): Sha256 => createHash("sha256");
