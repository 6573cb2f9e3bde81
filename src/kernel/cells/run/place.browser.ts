import { contexts } from "../../web/asyncHooks";

/** What compiled code is given to find its place again after an `await`, and to count the turns of its loops. */
export const places: object = {
  left: 0,
  place: contexts.now,
  goOn: (place: ReturnType<typeof contexts.now>, value: unknown) => {
    contexts.enter(place);
    return value;
  },
};
