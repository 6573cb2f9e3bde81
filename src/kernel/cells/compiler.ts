import { join } from "node:path";
import type Compiler from "@tslab/typescript-for-tslab";
import { compiledFile, projectFolder, projectModules } from "../../base/project";
import { reviewed } from "./diagnosticsFilter";
import { FileWatch } from "./fileWatch";
import { withShorthand } from "./shorthand";

type Ts = typeof Compiler;

/** Where positions in a piece of compiled code came from: two source maps, the second made of the first's output. */
export type Maps = readonly [typescript: string, commonJs: string];

/** As strict as the project's own tsconfig, but for unused names: a cell declares names for later ones. */
const strictness = {
  strict: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
};

/**
 * The functions of the compiler that tslab's converter is to call in place of the originals, the watch over the
 * files that cells import, and the source maps of what was compiled, by compiled code.
 */
export function adjust(ts: Ts) {
  const watch = new FileWatch();
  const maps = new Map<string, Maps>();
  const { getPreEmitDiagnosticsOfFiles: ofFiles } = ts as never as Record<
    string,
    typeof ts.getPreEmitDiagnostics
  >;
  ts.sys.watchFile = (path, callback) => watch.add(path, callback);
  // Directories are watched for imports that could not be found; those are looked up anew for each cell.
  ts.sys.watchDirectory = () => ({ close() {} });

  function createWatchCompilerHost(
    roots: string[],
    given: Compiler.CompilerOptions,
    ...rest: unknown[]
  ): Compiler.WatchCompilerHostOfFilesAndCompilerOptions<Compiler.BuilderProgram> {
    const options: Compiler.CompilerOptions = {
      ...given,
      ...strictness,
      typeRoots: [...(given.typeRoots ?? []), join(projectModules, "@types")],
      types: ["node"],
      inlineSourceMap: true,
    };
    const files = [...roots, globals];
    const create = ts.createWatchCompilerHost as (
      ...args: unknown[]
    ) => ReturnType<typeof createWatchCompilerHost>;
    const host = create(files, options, ...rest);
    const { resolve, misses } = resolver(ts, host);
    host.resolveModuleNameLiterals = resolve;
    host.createProgram = withShorthand(ts, host.createProgram);
    host.hasInvalidatedResolutions = misses;
    return host;
  }

  function createWatchProgram(
    host: Compiler.WatchCompilerHostOfFilesAndCompilerOptions<Compiler.BuilderProgram>,
  ) {
    const program = ts.createWatchProgram(host);
    const { updateRootFileNames } = program;
    return { ...program, updateRootFileNames: (roots: string[]) => updateRootFileNames([...roots, globals]) };
  }

  function transpileModule(code: string, options: Compiler.TranspileOptions) {
    const [source, first] = splitMap(code);
    const output = ts.transpileModule(source, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
    });
    const outputText = output.outputText.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n");
    if (first) maps.set(outputText, [first, output.sourceMapText ?? "{}"]);
    return { ...output, outputText };
  }

  return {
    watch,
    /** The source maps of a piece of compiled code, which are then forgotten. */
    takeMaps(code: string): Maps | undefined {
      const found = maps.get(code);
      maps.delete(code);
      return found;
    },
    functions: {
      createWatchCompilerHost,
      createWatchProgram,
      transpileModule,
      getPreEmitDiagnosticsOfFiles: reviewed(ofFiles, ts.flattenDiagnosticMessageText),
      getPreEmitDiagnostics: reviewed(ts.getPreEmitDiagnostics, ts.flattenDiagnosticMessageText),
    },
  };
}

/** The declarations of what cells find without an import. */
const globals = compiledFile("kernel/cells/prompt.d.ts").replace(/\\/g, "/");

type Resolve = NonNullable<Compiler.CompilerHost["resolveModuleNameLiterals"]>;

/**
 * Finds modules as Node does, from the importing file upwards, and last in the project's own packages. A file
 * whose imports were all found is not asked again until it changes; one that misses something is.
 */
function resolver(
  ts: Ts,
  host: Compiler.ModuleResolutionHost & { getCurrentDirectory(): string },
): { resolve: Resolve; misses: (importer: string) => boolean } {
  const inProject = join(projectFolder, "notebook.ts").replace(/\\/g, "/");
  const missing = new Set<string>();
  let packages: Compiler.ModuleResolutionCache | undefined;
  const resolve: Resolve = (literals, importer, redirected, options) => {
    packages ??= ts.createModuleResolutionCache(host.getCurrentDirectory(), (name) => name, options);
    // Packages don't change under a running kernel; what a notebook's own folder holds does.
    const isPackage = importer.includes("/node_modules/");
    const found = literals.map(({ text }) => {
      const here = ts.resolveModuleName(
        text,
        importer,
        options,
        host,
        isPackage ? packages : undefined,
        redirected,
      );
      if (here.resolvedModule || isPackage || text.startsWith(".")) return here;
      return ts.resolveModuleName(text, inProject, options, host, packages);
    });
    if (!isPackage && found.some(({ resolvedModule }) => resolvedModule === undefined)) missing.add(importer);
    else missing.delete(importer);
    return found;
  };
  return { resolve, misses: (importer) => missing.has(importer) };
}

/** Code with its source map at its end, apart. */
function splitMap(code: string): [code: string, map: string | undefined] {
  const found = /\n?\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(code);
  if (!found) return [code, undefined];
  return [code.slice(0, found.index + 1), Buffer.from(found[1], "base64").toString("utf8")];
}
