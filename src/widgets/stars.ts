/** A rating in stars; none is given where no star is lit. */
import { checkCount, checkOptions, optionNames, outOfRange } from "../base/check";
import { Control } from "./control";
import { starsCss, starsModule } from "./starsPage";

export interface StarsOptions {
  /** How many stars there are. @default 5 */
  max?: number;
  /** The rating at first. @default undefined: not rated */
  value?: number | undefined;
}

/**
 * Stars to click, and the same star again to take the rating back; with the keyboard by the arrow keys, and Delete.
 * Its value is `undefined` as long as there is no rating.
 */
export function stars(label: string, options: StarsOptions = {}): Control<number | undefined> {
  checkOptions(options, optionNames<StarsOptions>({ max: true, value: true }));
  const { max = 5, value } = options;
  checkCount("max", max);
  const isRating = (given: unknown): given is number =>
    typeof given === "number" && Number.isInteger(given) && given >= 1 && given <= max;
  return new Control<number | undefined>({
    face: { module: "anywidget", version: ">=0.9.0", model: "AnyModel", view: "AnyView" },
    label,
    value,
    check(given) {
      if (given !== undefined && !isRating(given))
        throw outOfRange("value", `a whole number from 1 to ${max}, or undefined`, given);
    },
    inWords: (given) =>
      given === undefined ? "not rated" : `${"★".repeat(given)}${"☆".repeat(max - given)}`,
    toState: (given) => ({ value: given ?? null }),
    fromState({ value: given }) {
      return isRating(given) ? given : undefined;
    },
    isNone: ({ value: given }) => given === null,
    state: { label, max, _esm: starsModule, _css: starsCss, _anywidget_id: "cofi.stars" },
  });
}
