import { contexts } from "../../web/asyncHooks";

/** What compiled code is given to find its place again after an `await`. */
export const places: object = {
  place: contexts.now,
  goOn: (place: ReturnType<typeof contexts.now>, value: unknown) => {
    contexts.enter(place);
    return value;
  },
};
