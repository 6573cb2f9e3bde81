import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { inRoot } from "../project/project.mjs";
import { shared, single } from "../setup/assembly.mjs";

const platform = inRoot("src", "platform");

/** What all bundles for browsers are made with. */
export const browserOptions = {
  bundle: true,
  platform: "browser",
  // `name.browser.ts` stands in the place of `name.ts` where there is one.
  resolveExtensions: [".browser.ts", ".ts", ".mjs", ".js", ".json"],
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/**
 * For esbuild: each file of `src/platform` in its browser's form, the file of the same name in `src/platform/browser`,
 * and what that embeds.
 */
export const browserForms = () => ({
  name: "browser forms",
  setup(bundler) {
    bundler.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = `${join(resolveDir, path)}.ts`;
      if (dirname(file) !== platform) return undefined;
      const form = join(platform, "browser", relative(platform, file));
      if (!existsSync(form))
        return {
          errors: [{ text: `${relative(inRoot(), file).replaceAll(sep, "/")} has no form for browsers` }],
        };
      return { path: form };
    });
    bundler.onResolve({ filter: /^embedded:/ }, ({ path }) => ({ path, namespace: "embedded" }));
    bundler.onLoad({ filter: /.*/, namespace: "embedded" }, ({ path }) => {
      if (path === "embedded:pages") return { contents: pagesText(), loader: "text" };
      const [, kind, name] = /^embedded:(\w+)\/(.*)$/.exec(path);
      if (kind === "kernels")
        return { contents: readFileSync(name === "shared" ? shared : single), loader: "binary" };
      return { contents: readFileSync(inRoot(name), "utf8"), loader: "text" };
    });
  },
});

/**
 * The notebooks by the names of their files, as JSON; of each only what `course` looks at: its title, and the lines that
 * check an exercise.
 */
export function pagesText() {
  const names = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb"));
  const pages = names.sort().map((name) => {
    const { cells } = JSON.parse(readFileSync(inRoot("notebooks", name), "utf8"));
    const kept = cells.map(({ cell_type, source }, k) => ({
      cell_type,
      source: [source]
        .flat()
        .join("")
        .split("\n")
        .filter((line) => (k === 0 ? line.startsWith("# ") : /^\s*check\("/.test(line)))
        .join("\n"),
    }));
    return [name, JSON.stringify({ cells: kept.filter(({ source }) => source !== "") })];
  });
  return JSON.stringify(Object.fromEntries(pages));
}
