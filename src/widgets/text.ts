/** A line of text to type into. */
import { checkOptions, optionNames } from "../base/check";
import { Control, stock } from "./control";

export interface TextOptions {
  /** The text at first. @default "" */
  value?: string;
  /** What stands in the empty field. @default nothing */
  placeholder?: string;
}

/** A field for a line of text; its value follows each letter. */
export function text(label: string, options: TextOptions = {}): Control<string> {
  checkOptions(options, optionNames<TextOptions>({ value: true, placeholder: true }));
  const { value = "", placeholder = "" } = options;
  return new Control<string>({
    face: stock("Text"),
    label,
    value,
    check(given) {
      if (typeof given !== "string") throw new TypeError(`value must be a string, got ${String(given)}`);
    },
    toState: (given) => ({ value: given }),
    fromState: ({ value: given }) => (typeof given === "string" ? given : undefined),
    state: { description: label, placeholder, continuous_update: true },
    style: { of: "Text", description_width: "initial" },
  });
}
