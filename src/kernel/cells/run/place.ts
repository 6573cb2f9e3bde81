/** What compiled code is given to find its place again after an `await`, and to count turns: nothing on Node. */
export const places: object = {};
