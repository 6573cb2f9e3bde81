/** The declarations of Node that the project has, by the first version of Node that they are for. */
const packages: readonly (readonly [major: number, name: string])[] = [
  [26, "types-node-26"],
  [24, "types-node-24"],
  [22, "types-node-22"],
  [20, "@types/node"],
];

/**
 * The package with the declarations of a version of Node: its own, or the newest that came before it, so that nothing is
 * offered that this Node does not have.
 *
 * @param version As in `process.version`: `v22.3.0`.
 */
export function nodeTypes(version: string): string {
  const major = Number.parseInt(version.replace(/^v/, ""), 10);
  const [, name] = packages.find(([first]) => major >= first) ?? packages[packages.length - 1];
  return name === "@types/node" ? "node" : name;
}
