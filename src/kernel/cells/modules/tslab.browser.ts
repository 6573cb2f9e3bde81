import { versions } from "../../protocol/versions";
import { randomUUID } from "../../web/crypto";
import { ts } from "../compiler/typescript";

type Content = {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
};
type Send = (content: Content, update?: boolean) => void;

let send: Send = () => {};

const forms = {
  ...{ javascript: "text/javascript", html: "text/html", markdown: "text/markdown", latex: "text/latex" },
  ...{ svg: "image/svg+xml", png: "image/png", jpeg: "image/jpeg", gif: "image/gif", pdf: "application/pdf" },
  text: "text/plain",
};

/** A display of tslab's: a function for each form, all of which show the same place where it has an id. */
function makeDisplay(id?: string) {
  let shown = false;
  const raw = (mime: string, value: unknown) => {
    const transient = id === undefined ? {} : { display_id: id };
    send({ data: { [mime]: value }, metadata: {}, transient }, shown);
    shown = id !== undefined;
  };
  const each = Object.entries(forms).map(([name, mime]) => [name, (value: unknown) => raw(mime, value)]);
  return { ...Object.fromEntries(each), raw };
}

/** tslab as cells import it, without tslab: its own needs Node. */
export const tslab = Object.defineProperty(
  {
    versions: { tslab: versions().tslab, typescript: ts.version, node: "" },
    newDisplay: () => makeDisplay(randomUUID()),
    display: makeDisplay(),
  },
  "__esModule",
  { value: true },
);

/** Gives tslab's `display` and `newDisplay`, and what the project shows, their way to the notebook. */
export function setDisplay(display: (content: never, update?: boolean) => void): void {
  send = display as Send;
  Object.assign(globalThis, { [Symbol.for("cofi.display")]: display });
}
