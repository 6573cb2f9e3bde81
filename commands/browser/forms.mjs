import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { build } from "esbuild";
import { inRoot } from "../project/project.mjs";
import { shared, single } from "../setup/assembly.mjs";

const platform = inRoot("src", "platform");

/** What all bundles for browsers are made with. */
export const browserOptions = {
  bundle: true,
  platform: "browser",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/**
 * For esbuild: each file of `src/platform` in its browser's form, the file of the same name in `src/platform/browser`,
 * and what that embeds.
 *
 * @param {{ threads?: boolean }} [options] Whether threads can be started from the bundle: from a thread they cannot.
 */
export const browserForms = ({ threads = true } = {}) => ({
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
    bundler.onLoad({ filter: /.*/, namespace: "embedded" }, async ({ path }) => {
      const [, kind, name] = /^embedded:(\w+)\/(.*)$/.exec(path);
      if (kind === "kernels")
        return { contents: readFileSync(name === "shared" ? shared : single), loader: "binary" };
      if (kind === "text") return { contents: readFileSync(inRoot(name), "utf8"), loader: "text" };
      return { contents: threads ? await threadProgram(name) : "", loader: "text" };
    });
  },
});

/** A thread's program: one file of `src` and all that it imports. */
async function threadProgram(name) {
  const { outputFiles } = await build({
    ...browserOptions,
    entryPoints: [inRoot("src", `${name}.ts`)],
    plugins: [browserForms({ threads: false })],
    format: "iife",
    write: false,
  });
  return outputFiles[0].text;
}
