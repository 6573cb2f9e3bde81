import { builtinModules } from "node:module";
import { join } from "node:path";
import { projectFolder, projectModules } from "../../../platform/project";
import { nodeTypes } from "./nodeTypes";
import { type Compiler, type Resolution, ts } from "./typescript";

/**
 * Finds the modules that are imported, as Node and tsc do, from the importing file upwards, and last in the project's
 * own packages. What packages import is looked up once; what is missing beside a notebook may appear.
 */
export class Resolver {
  private readonly cache: Compiler.ModuleResolutionCache;
  private readonly typesOfNode: Compiler.ResolvedTypeReferenceDirectiveWithFailedLookupLocations;
  private found = new Map<string, Resolution>();

  constructor(
    private readonly options: Compiler.CompilerOptions,
    folder: string,
    version = process.version,
  ) {
    this.cache = ts.createModuleResolutionCache(folder, (name) => name, options);
    this.typesOfNode = ts.resolveTypeReferenceDirective(nodeTypes(version), inProject, options, ts.sys);
  }

  /** The file that an import leads to, if it does. */
  resolve(name: string, importer: string): Resolution {
    const isPackage = importer.includes("/node_modules/");
    const key = `${isPackage || !name.startsWith(".") ? folderOf(importer) : importer}\n${name}`;
    const known = this.found.get(key);
    if (known) return known;
    const here = this.look(name, importer, isPackage);
    const found =
      here.resolvedModule || isPackage || name.startsWith(".") || isBuiltin(name)
        ? here
        : this.look(name, inProject, true);
    if (isPackage || found.resolvedModule) this.found.set(key, found);
    return found;
  }

  /** Looks everything up anew that is not in a package: files have come or gone. */
  forget(): void {
    this.found = new Map([...this.found].filter(([key]) => key.includes("/node_modules/")));
  }

  /** The types of Node are always those of the Node that runs the cells, never stray ones of the folder. */
  resolveTypes(
    name: string,
    importer: string,
  ): Compiler.ResolvedTypeReferenceDirectiveWithFailedLookupLocations {
    if (name === "node") return this.typesOfNode;
    const here = ts.resolveTypeReferenceDirective(name, importer, this.options, ts.sys);
    return here.resolvedTypeReferenceDirective
      ? here
      : ts.resolveTypeReferenceDirective(name, inProject, this.options, ts.sys);
  }

  private look(name: string, importer: string, cached: boolean): Resolution {
    return ts.resolveModuleName(name, importer, this.options, ts.sys, cached ? this.cache : undefined);
  }
}

const inProject = join(projectFolder, "notebook.ts").replace(/\\/g, "/");

/** Where the project's own packages keep their types. */
export const projectTypes = join(projectModules, "@types").replace(/\\/g, "/");

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/"));
}

/** Whether an import is of one of Node's own modules, which no file of the same name ever replaces. */
export function isBuiltin(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}
