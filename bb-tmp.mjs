import { build } from "esbuild"; import { browserForms, browserOptions } from "/work/wt/platform/commands/browser/forms.mjs";
await build({ ...browserOptions, plugins: [browserForms()], outdir: "/work/wt/platform/dist/browser", entryPoints: { cofi: "/work/wt/platform/src/index.ts" }, format: "esm", splitting: true });
