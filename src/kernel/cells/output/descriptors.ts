import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { standIn } from "../run/standIn";

// biome-ignore lint/suspicious/noExplicitAny: the signatures are Node's; here arguments only pass through.
type Write = (target: any, ...rest: any[]) => any;

/**
 * From now on what code writes to the descriptors of the standard streams, `fs.writeSync(1, …)`, goes the way of
 * `console.log`: into its cell, and in order with it.
 */
export function catchDescriptors(): void {
  const streams = { 1: process.stdout, 2: process.stderr };
  const module = fs as unknown as Record<string, Write>;

  function redirect(name: string, write: (stream: NodeJS.WriteStream, ...rest: never[]) => unknown): void {
    const original = module[name];
    module[name] = standIn(original, (target: unknown, ...rest: unknown[]) => {
      const stream = streams[target as keyof typeof streams];
      return stream === undefined ? original(target, ...rest) : write(stream, ...(rest as never[]));
    });
  }

  const writeBytes = (
    stream: NodeJS.WriteStream,
    data: string | NodeJS.ArrayBufferView,
    ...rest: unknown[]
  ) => {
    const bytes = chosen(data, rest);
    stream.write(bytes);
    return bytes.byteLength;
  };
  const writeAll = (stream: NodeJS.WriteStream, data: string | NodeJS.ArrayBufferView, options?: unknown) => {
    stream.write(chosen(data, [0, encodingOf(options)]));
  };
  const later = (rest: unknown[], ...results: unknown[]) => {
    const done = rest.filter((argument) => typeof argument === "function").pop() as (
      ...args: unknown[]
    ) => void;
    process.nextTick(done, ...results);
  };
  redirect("writeSync", writeBytes);
  redirect("write", (stream, data: string, ...rest: unknown[]) =>
    later(rest, null, writeBytes(stream, data, ...rest), data),
  );
  for (const name of ["writeFileSync", "appendFileSync"]) redirect(name, writeAll);
  for (const name of ["writeFile", "appendFile"])
    redirect(name, (stream, data: string, ...rest: unknown[]) => {
      writeAll(stream, data, rest[0]);
      later(rest, null);
    });
  syncBuiltinESMExports();
}

/** The bytes that a call of `fs.write` means: `(text, position?, encoding?)` or `(bytes, offset? | options?, length?)`. */
function chosen(data: string | NodeJS.ArrayBufferView, [first, second]: unknown[]): Buffer {
  if (typeof data === "string")
    return Buffer.from(data, typeof second === "string" ? (second as "utf8") : "utf8");
  const { offset, length } = (
    typeof first === "object" && first !== null ? first : { offset: first, length: second }
  ) as {
    offset?: unknown;
    length?: unknown;
  };
  const from = typeof offset === "number" ? offset : 0;
  const count = typeof length === "number" ? length : data.byteLength - from;
  return Buffer.from(data.buffer, data.byteOffset + from, count);
}

function encodingOf(options: unknown): unknown {
  return typeof options === "object" ? (options as { encoding?: unknown } | null)?.encoding : options;
}
