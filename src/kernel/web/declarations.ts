import { projectFolder, projectModules } from "../../platform/project";

/** Where the declarations lie, in memory, that cells are checked against. */
export const declarations = {
  /** The language's own. */
  compiler: `${projectModules}/typescript/lib`,
  /** The project is a package of its own: among its packages it is a link to itself. */
  realpath: (path: string): string => path.replace(`${projectModules}/cofi/`, `${projectFolder}/`),
};
