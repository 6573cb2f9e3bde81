import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** A file of little-endian numbers, all of it, as a typed array of the given kind. */
export function readColumn(folder, name, Type) {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name));
  return byteOffset % Type.BYTES_PER_ELEMENT === 0
    ? new Type(buffer, byteOffset, byteLength / Type.BYTES_PER_ELEMENT)
    : new Type(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** A file of numbers of 32 bits as numbers of 64, without both in memory at once. */
export function readDoubles(folder, name) {
  const file = openSync(join(folder, name), "r");
  const values = new Float64Array(fstatSync(file).size / 4);
  const part = new Float32Array(2 ** 18);
  for (let at = 0; at < values.length; ) {
    const count = readSync(file, part, 0, part.byteLength, 4 * at) / 4;
    values.set(part.subarray(0, count), at);
    at += count;
  }
  closeSync(file);
  return values;
}

/** The columns of one part, "train" or "test", as they lie in the files. */
export function readColumns(folder, part) {
  return {
    items: readColumn(folder, `${part}-items.i32`, Int32Array),
    users: readColumn(folder, `${part}-users.i32`, Int32Array),
    values: readColumn(folder, `${part}-values.f32`, Float32Array),
  };
}

/** The most memory that this process has held, in MB; on Linux by its own count, which starts with the program. */
export function peakMB() {
  try {
    return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024);
  } catch {
    return Math.round(process.resourceUsage().maxRSS / 1024);
  }
}
