/** Places of compiled code and what they were in the source, counted from 0, in the order of the compiled code. */
export type Places = readonly (readonly [
  line: number,
  column: number,
  sourceLine: number,
  sourceColumn: number,
])[];

/** The place in the source of a place in compiled code: that of the last piece that begins there or before. */
export function sourceAt(
  places: Places,
  line: number,
  column: number,
): readonly [line: number, column: number] | undefined {
  let found: Places[number] | undefined;
  for (const place of places) {
    if (place[0] > line || (place[0] === line && place[1] > column)) break;
    found = place;
  }
  return found && [found[2], found[3]];
}
