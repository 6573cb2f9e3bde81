/** Which column of a table holds the user, the item, the rating, the time and the title: by its name. */
import { checkOptions } from "../base/check";

/** The columns of a ratings file, by name, or by number from 0. */
export interface Columns {
  user: string | number;
  item: string | number;
  value: string | number;
  time?: string | number;
  /** What the item is called. */
  title?: string | number;
}

export type Role = keyof Columns;

/** The places of a table's columns, by what they hold; without a time or a title where there is none. */
export type Places = Record<"user" | "item" | "value", number> & { time?: number; title?: number };

export const roles = ["user", "item", "value", "time", "title"] as const;

const person = "(user|customer|reader|rater|reviewer|member|visitor|student|person|profile)";
const thing =
  "(item|movie|film|book|product|track|artist|song|game|anime|business|recipe|place|restaurant|joke|show|video|article|poi|venue|url|beer|course)";

/** What a column of each role may be called: the surest kind of name first. */
const likely: Record<Role, readonly RegExp[]> = {
  user: [
    new RegExp(`^${person}s?[ _-]?id$|^uid$`, "i"),
    new RegExp(`^${person}s?$`, "i"),
    new RegExp(`^${person}s?[ _-]?name$`, "i"),
    /^(e-?mail( address)?|name)$/i,
  ],
  item: [
    /^parent_asin$/i,
    new RegExp(`^${thing}[ _-]?id$|^(iid|asin|isbn|gmap_id|sku)$`, "i"),
    new RegExp(`^${thing}$`, "i"),
    new RegExp(`^${thing}[ _-]?(title|name)$|^title$`, "i"),
  ],
  value: [
    new RegExp(
      `^((user|my|your|star|overall|${thing.slice(1, -1)})[ _-]?)?(rating|stars?|score)s?$|^(label|overall)s?$`,
      "i",
    ),
    /^(values?|weight|plays?|play[ _-]?count|playcount|counts?|clicks?)$/i,
  ],
  time: [
    /^((unix|rating|review)?[ _-]?(time|timestamp)|unixReviewTime|date|datetime|(rated|created|updated|reviewed)[ _-]?at|date[ _-]?(rated|added|updated)|(review|rating)[ _-]?date|tstamp|ts)$/i,
  ],
  title: [new RegExp(`^(title|name|${thing}[ _-]?(title|name))$`, "i")],
};

/** Where the columns of each role may stand: none, one, or several whose names are as good as one another's. */
export type Candidates = Record<Role, readonly number[]>;

/** Where each role's column may stand among columns of these names, as far as names tell. */
export function likelyPlaces(names: readonly string[]): Candidates {
  const places = (role: Role, taken: readonly number[] = []): number[] => {
    for (const kind of likely[role]) {
      const found = [...names.keys()].filter((k) => !taken.includes(k) && kind.test(plainName(names[k])));
      if (found.length > 0) return found;
    }
    return [];
  };
  const item = places("item");
  const user = places("user", item);
  // Of several times the best known, in the order of this list.
  const time = places("time").sort((a, b) => sureness(names[a]) - sureness(names[b]));
  const title = places("title", [...user, ...item]).slice(0, 1);
  return { user, item, value: places("value"), time, title };
}

const sureness = (name: string): number =>
  /unix|stamp|^ts$/i.test(name) ? 0 : /rated|rating|updated/i.test(name) ? 1 : 2;

/** A name without what is around it: blanks, and RecBole's type, as in `user_id:token`. */
export const plainName = (name: string): string =>
  name.trim().replace(/:(token|float|token_seq|float_seq)$/, "");

/** The only place that there may be. */
export const onlyPlace = (places: readonly number[]): number | undefined =>
  places.length === 1 ? places[0] : undefined;

/** Names for a message, which a table of thousands of columns is not to fill. */
export const namesInShort = (names: readonly string[], most = 10): string =>
  names
    .slice(0, most)
    .map((name) => JSON.stringify(name))
    .join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

/**
 * The columns asked for, or else those found.
 *
 * @throws RangeError, with the table's name, for a column asked for that there is not, or not found, or found more than
 *   once. Of several times the surest is taken.
 */
export function choosePlaces(
  table: string,
  names: readonly string[],
  found: Candidates,
  wanted: Partial<Columns> = {},
): Places {
  checkOptions(wanted, roles);
  const among = namesInShort(names);
  const chosen: Partial<Places> = {};
  for (const role of roles) {
    const asked = wanted[role];
    const isNeeded = role !== "time" && role !== "title";
    const place =
      asked === undefined ? found[role][0] : typeof asked === "number" ? asked : placeOf(names, asked);
    if (asked !== undefined && !(place! in names))
      throw new RangeError(`${table}: columns.${role} must be one of ${among}, got ${JSON.stringify(asked)}`);
    if (asked === undefined && isNeeded && found[role].length > 1) {
      const rivals = found[role].map((k) => JSON.stringify(names[k])).join(" and ");
      throw new RangeError(
        `${table}: several columns may be the ${role}, ${rivals}: name one in columns: { user, item, value }`,
      );
    }
    if (place === undefined && isNeeded) {
      throw new RangeError(
        `${table}: no column for the ${role} among ${among}: name it in columns: { user, item, value }`,
      );
    }
    if (place !== undefined) chosen[role] = place;
  }
  return chosen as Places;
}

function placeOf(names: readonly string[], asked: string): number {
  const exact = names.indexOf(asked);
  return exact >= 0 ? exact : names.findIndex((name) => plainName(name) === asked);
}
