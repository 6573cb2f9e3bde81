/** A slider: a number of a range. */
import { checkFinite, checkOptions, checkPositive, optionNames, outOfRange } from "../base/check";
import { Control, stock } from "./control";

export interface SliderOptions {
  /** The least value. @default 0 */
  min?: number;
  /** The greatest. @default 1 */
  max?: number;
  /** The distance from one value to the next; whole numbers with a step of 1. @default a hundredth of the range */
  step?: number;
  /** The value at first. @default the middle of the range */
  value?: number;
}

/**
 * A slider of a number from `min` to `max`.
 *
 * @param label What stands before it.
 * @throws RangeError where the range is empty or the value is not in it.
 */
export function slider(label: string, options: SliderOptions = {}): Control<number> {
  checkOptions(options, names);
  const { min = 0, max = 1 } = options;
  checkFinite("min", min);
  checkFinite("max", max);
  if (!(max > min)) throw outOfRange("max", `> min (${min})`, max);
  const { step = (max - min) / 100 } = options;
  checkPositive("step", step);
  const middle = min + Math.round((max - min) / 2 / step) * step;
  const { value = Number(middle.toPrecision(12)) } = options;
  const whole = [min, max, step, value].every(Number.isInteger);
  const check = (given: number) => {
    checkFinite("value", given);
    if (given < min || given > max) throw outOfRange("value", `in [${min}, ${max}]`, given);
  };
  // As many decimals as tell two neighbours apart.
  const decimals = Math.min(12, Math.max(0, (String(step).split(".")[1] ?? "").length));
  const inWords = (given: number) => (whole ? String(given) : given.toFixed(Math.min(decimals, 6)));
  return new Control<number>({
    face: stock(whole ? "IntSlider" : "FloatSlider"),
    label,
    value,
    check,
    inWords,
    toState: (given) => ({ value: given }),
    fromState({ value: given }) {
      return typeof given === "number" && given >= min && given <= max ? given : undefined;
    },
    state: {
      ...{ description: label, min, max, step, continuous_update: true, readout: true },
      readout_format: whole ? "d" : `.${Math.min(decimals, 6)}f`,
    },
    style: { of: "Slider", description_width: "initial" },
  });
}

const names = optionNames<SliderOptions>({ min: true, max: true, step: true, value: true });
