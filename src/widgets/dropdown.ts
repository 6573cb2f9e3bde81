/** A dropdown: one of a few choices. */
import { checkOptions, checkSome, optionNames, outOfRange } from "../base/check";
import { Control, stock } from "./control";

export interface DropdownOptions<T> {
  /** The choice at first. @default the first */
  value?: T;
}

/**
 * A dropdown of choices.
 *
 * @param choices Texts or numbers, shown as they are; or `{ name, value }`, for values that have names.
 * @throws RangeError without a choice, for a name given twice, or where the value is no choice.
 */
export function dropdown<const T>(
  label: string,
  choices: readonly (T | { readonly name: string; readonly value: T })[],
  options: DropdownOptions<T> = {},
): Control<T> {
  checkOptions(options, optionNames<DropdownOptions<T>>({ value: true }));
  checkSome("choices", "choice", choices);
  const named = choices.map((choice) =>
    isNamed<T>(choice) ? choice : { name: String(choice), value: choice as T },
  );
  const names = named.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw outOfRange("choices", "named differently", twice);
  const placeOf = (value: T) => named.findIndex((choice) => Object.is(choice.value, value));
  const { value = named[0].value } = options;
  return new Control<T>({
    face: stock("Dropdown"),
    label,
    value,
    check(given) {
      if (placeOf(given) < 0) throw outOfRange("value", `one of ${names.join(", ")}`, given);
    },
    inWords: (given) => names[placeOf(given)],
    toState: (given) => ({ index: placeOf(given) }),
    fromState({ index }) {
      return typeof index === "number" ? named[index]?.value : undefined;
    },
    state: { description: label, _options_labels: names },
    style: { of: "Description", description_width: "initial" },
  });
}

const isNamed = <T>(choice: unknown): choice is { name: string; value: T } =>
  typeof choice === "object" && choice !== null && "name" in choice && "value" in choice;
