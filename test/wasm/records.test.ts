import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { records } from "../../src/wasm/records";

const folder = join(__dirname, "..", "..", "src", "wasm", "assembly");

/** The fields of each class that the kernels read from memory, as their source has them. */
function classesOf(source: string): [name: string, fields: { name: string; type: string }[]][] {
  return [...source.matchAll(/@unmanaged\nclass (\w+) \{\n([\s\S]*?)\n\}/g)].map(([, name, body]) => {
    const fields = body.replace(/\/\*\*[\s\S]*?\*\//g, "").matchAll(/^\s*(\w+): (\w+);$/gm);
    return [name, Array.from(fields, ([, field, type]) => ({ name: field, type }))];
  });
}

const classes = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => classesOf(readFileSync(join(folder, file), "utf8"))),
);

test("every record that TypeScript writes is a class that a kernel reads, and the other way round", () => {
  expect(Object.keys(records).sort()).toEqual(Object.keys(classes).sort());
});

test.each(Object.entries(records))(
  "%s has the same fields on both sides, in the same order",
  (name, layout) => {
    const fields = classes[name];
    expect(fields.map((field) => field.name)).toEqual([...layout.words, ...layout.numbers]);
    for (const { name: field, type } of fields) {
      const isNumber = (layout.numbers as readonly string[]).includes(field);
      expect(type, field).toMatch(isNumber ? /^f64$/ : /^(usize|u32)$/);
    }
  },
);
