import { ts } from "../compiler/typescript";

/** Places of compiled code and what they were in the source, counted from 0, in the order of the compiled code. */
export type Places = readonly (readonly [
  line: number,
  column: number,
  sourceLine: number,
  sourceColumn: number,
])[];

/** The places that a source map holds. */
export function placesOf(map: string): Places {
  const { mappings = "" } = JSON.parse(map) as { mappings?: string };
  const places: [number, number, number, number][] = [];
  for (const { generatedLine, generatedCharacter, sourceLine, sourceCharacter } of ts.decodeMappings(
    mappings,
  ))
    if (sourceLine !== undefined && sourceCharacter !== undefined)
      places.push([generatedLine, generatedCharacter, sourceLine, sourceCharacter]);
  return places;
}
