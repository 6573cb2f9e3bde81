/** A button: its value counts the clicks. */
import { checkCount } from "../base/check";
import { Control, stock } from "./control";

/** A button; its value is how often it was clicked. */
export function button(label: string): Control<number> {
  return new Control<number>({
    face: stock("Button"),
    label,
    value: 0,
    check: (given) => checkCount("value", given, 0),
    inWords: (given) => (given === 0 ? "" : given === 1 ? "clicked once" : `clicked ${given} times`),
    toState: () => ({}),
    fromState: () => undefined,
    state: { description: label },
    style: { of: "Button" },
    custom(content, control) {
      if ((content as { event?: unknown } | null)?.event === "click") control.value++;
    },
  });
}
