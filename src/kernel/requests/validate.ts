import type { Content } from "../protocol/message";

/** The types that a member of a message's content may have. */
type TypeName = "string" | "boolean" | "number" | "object";

/**
 * Checks that the named members are of the given types; one that ends in `?` may be absent or null.
 *
 * @throws TypeError that names the member, the rule and the value.
 */
export function validate(content: Content, members: Record<string, TypeName>): void {
  for (const [key, type] of Object.entries(members)) {
    const name = key.replace(/\?$/, "");
    const value = content[name];
    if (name !== key && (value === undefined || value === null)) continue;
    if (typeof value !== type || value === null)
      throw new TypeError(`content.${name} must be of type ${type}, got ${JSON.stringify(value)}`);
  }
}

/** A place in code as Jupyter counts it, in characters, as JavaScript does, in UTF-16 units. */
export function toUnits(code: string, characters: number): number {
  return [...code].slice(0, characters).join("").length;
}

/** The other way round. */
export function toCharacters(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
