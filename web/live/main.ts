/** Makes an exported page live: figures that can be moved at once, cells that run when the reader wants. */
import { assets, isServed } from "../kernel/beside";
import { drawStoredFigures } from "./figures";
import { LivePage } from "./page";

/** Whether JupyterLite and the service worker lie beside the pages: put in by the bundler. */
declare const IS_SITE: boolean;

const stored = document.getElementById("notebook");
if (stored) {
  const controls = JSON.parse(document.getElementById("controls")!.textContent!);
  new LivePage(stored.dataset.name!, JSON.parse(stored.textContent!), IS_SITE && isServed, controls);
}

// A browser that refuses (a private window may) reads the page all the same.
if (IS_SITE && isServed) navigator.serviceWorker?.register(new URL("offline.js", assets)).catch(() => {});

// The page's text comes first; the still images stand in the figures' places until then, and where they can't be drawn.
const draw = () => void drawStoredFigures().catch(() => {});
if (document.readyState === "complete") draw();
else addEventListener("load", draw, { once: true });
