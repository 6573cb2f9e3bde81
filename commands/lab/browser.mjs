/**
 * A real browser: the Chromium that comes as an npm package, or elsewhere than on Linux x64 an installed Chrome.
 *
 * @param {string[]} [args] Further arguments for it.
 */
export async function launchBrowser(args = []) {
  const { chromium } = await import("playwright-core");
  if (process.platform !== "linux" || process.arch !== "x64")
    return chromium.launch({ channel: "chrome", args });
  const { default: chromiumOf } = await import("@sparticuz/chromium");
  // Its walls need rights that root in a container has not.
  return chromium.launch({
    executablePath: await chromiumOf.executablePath(),
    args: ["--no-sandbox", ...args],
  });
}
