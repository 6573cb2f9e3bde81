/** Where the declarations lie, in memory, that cells are checked against. */
const project = "/cofi";

export const declarations = {
  /** The language's own. */
  compiler: `${project}/node_modules/typescript/lib`,
  /** The project is a package of its own, as in a folder of packages it is a link to itself. */
  realpath: (path: string): string => path.replace(`${project}/node_modules/cofi/`, `${project}/`),
};
