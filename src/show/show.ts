import { inspect } from "../platform/inspect";
import { notebook } from "../platform/notebook";
import { mimeBundle, plainText } from "./mime";

/**
 * Shows a value: a figure, a data frame, rows (an array of plain objects), ratings, a model. In a notebook it goes
 * out in all its forms at once, so that each front end takes the best that it can draw; elsewhere it is printed as
 * plain text.
 */
export function show(value: unknown): void {
  const display = notebook();
  if (display) {
    display(
      { data: mimeBundle(value) ?? { "text/plain": asText(value) }, metadata: {}, transient: {} },
      false,
    );
  } else {
    console.log(plainText(value) ?? asText(value));
  }
}

const asText = (value: unknown): string => (typeof value === "string" ? value : inspect(value));
