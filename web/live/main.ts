/** Makes an exported page live: figures that can be moved at once, cells that run when the reader wants. */
import { drawStoredFigures } from "./figures";
import { LivePage } from "./page";

const stored = document.getElementById("notebook");
if (stored) new LivePage(stored.dataset.name!, JSON.parse(stored.textContent!));

// The page's text comes first; the still images stand in the figures' places until then.
if (document.readyState === "complete") drawStoredFigures();
else addEventListener("load", () => drawStoredFigures(), { once: true });
