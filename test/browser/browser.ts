import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

// It is to talk to the JupyterLab under test and to nobody else.
const args = [
  "--no-sandbox", // which needs rights that root in a container has not
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real browser: the Chromium that comes as an npm package, or elsewhere than on Linux x64 an installed Chrome. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform === "linux" && process.arch === "x64")
    return chromium.launch({ executablePath: await sparticuz.executablePath(), args });
  return chromium.launch({ channel: "chrome", args });
}
