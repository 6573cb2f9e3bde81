import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";
import { patience } from "../patience";

// It is to talk to the JupyterLab under test and to nobody else.
const args = [
  "--no-sandbox", // which needs rights that root in a container has not
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real browser: the Chromium that comes as an npm package, or elsewhere than on Linux x64 an installed Chrome. */
export async function launchBrowser(): Promise<Browser> {
  const isBrought = process.platform === "linux" && process.arch === "x64";
  const program = isBrought ? { executablePath: await sparticuz.executablePath() } : { channel: "chrome" };
  const browser = await chromium.launch({ ...program, args });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.setDefaultTimeout(patience);
    return context;
  };
  return browser;
}
