import { ts } from "../compiler/typescript";
import type { Places } from "./sourceAt";

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
