import { existsSync, readFileSync } from "node:fs";
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
      const [, kind, name] = /^embedded:(\w+)\/(.*)$/.exec(path);
      if (kind === "kernels")
        return { contents: readFileSync(name === "shared" ? shared : single), loader: "binary" };
      return { contents: readFileSync(inRoot(name), "utf8"), loader: "text" };
    });
  },
});
