/** Check sums and random names in a browser, also on a page whose address is not https. */
import { sha256 as hasher } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Sha256 } from "../hash";

export type { Sha256 } from "../hash";

export function sha256(): Sha256 {
  const hash = hasher.create();
  return {
    update(part) {
      hash.update(
        typeof part === "string"
          ? utf8ToBytes(part)
          : new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength),
      );
      return this;
    },
    digest: () => bytesToHex(hash.digest()),
  };
}

/** A random name of version 4: `crypto.randomUUID` is there on https alone. */
export function randomUUID(): `${string}-${string}-${string}-${string}-${string}` {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
