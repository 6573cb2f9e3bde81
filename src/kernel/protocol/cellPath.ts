/** What a cell is called in the debug adapter protocol: a hash of its text, which both sides can tell. */
export const pathPrefix = "cell:";
export const pathSuffix = ".ts";
export const hashSeed = 0;

/** The path of a cell. */
export function cellPath(code: string): string {
  return `${pathPrefix}${murmur2(code, hashSeed)}${pathSuffix}`;
}

/** MurmurHash2 of a text in UTF-8, 32 bits (Austin Appleby), as Jupyter's front ends have it. */
export function murmur2(text: string, seed: number): number {
  const factor = 0x5bd1e995;
  const bytes = Buffer.from(text, "utf8");
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), factor);
    k ^= k >>> 24;
    hash = Math.imul(hash, factor) ^ Math.imul(k, factor);
  }
  if (bytes.length > whole) {
    for (let at = bytes.length - 1; at >= whole; at--) hash ^= bytes[at] << (8 * (at - whole));
    hash = Math.imul(hash, factor);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, factor);
  return (hash ^ (hash >>> 15)) >>> 0;
}
