import type { Versions } from "./versions";

/** Put in by the bundler. */
declare const kernelVersions: Pick<Versions, "cofi" | "tslab" | "typescript">;

/** The versions of the kernel and its parts. */
export function versions(): Versions {
  return { ...kernelVersions, platform: "a browser", hasDebugger: false };
}
