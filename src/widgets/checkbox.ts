/** A checkbox: yes or no. */
import { checkOptions, optionNames } from "../base/check";
import { Control, stock } from "./control";

export interface CheckboxOptions {
  /** Whether it is ticked at first. @default false */
  value?: boolean;
}

/** A box to tick. */
export function checkbox(label: string, options: CheckboxOptions = {}): Control<boolean> {
  checkOptions(options, optionNames<CheckboxOptions>({ value: true }));
  const { value = false } = options;
  return new Control<boolean>({
    face: stock("Checkbox"),
    label,
    value,
    check(given) {
      if (typeof given !== "boolean")
        throw new TypeError(`value must be true or false, got ${String(given)}`);
    },
    inWords: (given) => (given ? "yes" : "no"),
    toState: (given) => ({ value: given }),
    fromState: ({ value: given }) => (typeof given === "boolean" ? given : undefined),
    state: { description: label, indent: false },
    style: { of: "Checkbox", description_width: "initial" },
  });
}
