/** What compiled code is given to find its place again after an `await`: nothing, since Node keeps it. */
export const places: object = {};
