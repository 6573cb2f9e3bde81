import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generateFilms } from "../../src/datasets/synthetic";
import { itemTitled, searchTitles } from "../../src/datasets/titles";
import { thrown } from "../samples";

const titles = [
  "Matrix, The (1999)",
  "Matrix Reloaded, The (2003)",
  "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)",
  "Silence of the Lambs, The (1991)",
  "Psycho (1960)",
  "Psycho (1998)",
];

test.each([
  ["Matrix, The (1999)", 0],
  ["the matrix", 0],
  ["MATRIX RELOADED", 1],
  ["Amelie Poulain", 2],
  ["lambs", 3],
  ["psycho 1960", 4],
])("%j is found", (title, item) => {
  expect(itemTitled(titles, title)).toBe(item);
});

test("a title that fits several films, or none, is refused with the likeliest", () => {
  expect(() => itemTitled(titles, "psycho")).toThrow(
    'title must fit one film, not 2, got "psycho": "Psycho (1960)", "Psycho (1998)"?',
  );
  expect(() => itemTitled(titles, "Silense of the Lamps")).toThrow(
    'title must be that of a film, got "Silense of the Lamps": "Silence of the Lambs, The (1991)"?',
  );
  expect(() => itemTitled(titles, "qqq")).toThrow(/^title must be that of a film, got "qqq"$/);
});

const scripts = [
  "霸王别姬 (1993)",
  "千と千尋の神隠し (2001)",
  "かぎ (1959)",
  "दंगल (2016)",
  "बाहुबली (2015)",
  "기생충 (2019)",
  "Иди и смотри (1985)",
  "Мой друг Иван Лапшин (1985)",
  "Ένας άλλος κόσμος (2015)",
  "พี่มาก..พระโขนง (2013)",
  "جدایی نادر از سیمین (2011)",
  "Señorita ø (1999)",
  "♥",
  "ウォーリー WALL・E (2008)",
];

test.each([
  ["霸王", 0],
  ["王别", 0],
  ["别姬", 0],
  ["姬", 0],
  ["霸王别姬", 0],
  ["千尋", 1],
  ["神隠し", 1],
  ["かぎ", 2],
  ["दंगल", 3],
  ["दंग", 3],
  ["बली", 4],
  ["기생", 5],
  ["смотри", 6],
  ["ИДИ И СМОТРИ", 6],
  ["лапш", 7],
  ["ενας αλλος", 8],
  ["พระโขนง", 9],
  ["نادر", 10],
  ["senorita", 11],
  ["♥", 12],
  ["ウォーリー", 13],
  ["wall", 13],
])("a part of a title in any script is found: %j", (text, item) => {
  expect(searchTitles(scripts, text)[0]?.item).toBe(item);
  expect(itemTitled(scripts, text)).toBe(item);
});

test.each([
  ["かき", "かぎ (1959)"],
  ["बहबल", "बाहुबली (2015)"],
  ["Мои", "Мой друг Иван Лапшин (1985)"],
  ["พมาก", "พี่มาก..พระโขนง (2013)"],
])("a mark that makes another letter is not dropped: %j is not in %j", (text, title) => {
  expect(() => itemTitled([title, "Psycho (1960)"], text)).toThrow("title must be that of a film");
});

test("a title that is absent is never found, and does no harm to the others", () => {
  const holes = [undefined, "", "Psycho (1960)", undefined] as string[];
  expect(searchTitles(holes, "psycho").map(({ item }) => item)).toEqual([2]);
  expect(itemTitled(holes, "psycho")).toBe(2);
  expect(() => itemTitled(holes, "")).toThrow('title must be that of a film, got ""');
  expect(() => itemTitled(["Psycho (1960)"], " ?! ")).toThrow('title must be that of a film, got " ?! "');
  expect(thrown(() => itemTitled(holes, undefined as never))).toBe(
    "TypeError: title must be a text, got undefined",
  );
  expect(thrown(() => searchTitles(holes, 7 as never))).toBe("TypeError: text must be a text, got 7");
});

test("a title of hundreds of thousands of letters is taken apart, searched and found", () => {
  const length = 300_000;
  const parts = [" ", "(", ")", "(1999", "a", "a ", "霸", "e\u0301", "(a.k.a. ", "\u0301"];
  const long = parts.map((part) => `x${part.repeat(length / part.length)}`);
  expect(searchTitles([...long, "Psycho (1960)"], "psycho").map(({ item }) => item)).toEqual([long.length]);
  for (const title of long) {
    expect(itemTitled(long, title)).toBe(long.indexOf(title));
    expect(searchTitles(titles, title).length).toBeLessThanOrEqual(10);
  }
});

describe("searchTitles", () => {
  const films = [
    ...titles,
    "Shawshank Redemption, The (1994)",
    "Redemption (Hummingbird) (2013)",
    "Seven (a.k.a. Se7en) (1995)",
    "Spider-Man (2002)",
    "Toy Story 3 (2010)",
    "Toy Story 2 (1999)",
    "Toy Story (1995)",
    "Lord of the Rings, The (1978)",
    "And Then There Were None (1945)",
    "WALL·E (2008)",
    "Schindler's List (1993)",
    "Babylon 5",
  ];
  const first = (text: string) => searchTitles(films, text)[0]?.title;

  test.each([
    ["shawshank redemtion", "Shawshank Redemption, The (1994)"],
    ["The Shawshank Redemption", "Shawshank Redemption, The (1994)"],
    ["matrx", "Matrix, The (1999)"],
    ["matrix 2003", "Matrix Reloaded, The (2003)"],
    ["psycho 1998", "Psycho (1998)"],
    ["AMÉLIE", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"],
    ["le fabuleux destin", "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"],
    ["se7en", "Seven (a.k.a. Se7en) (1995)"],
    ["hummingbird", "Redemption (Hummingbird) (2013)"],
    ["spiderman", "Spider-Man (2002)"],
    ["spider man", "Spider-Man (2002)"],
    ["toy story", "Toy Story (1995)"],
    ["toy story 2", "Toy Story 2 (1999)"],
    ["lord ring", "Lord of the Rings, The (1978)"],
    ["wall-e", "WALL·E (2008)"],
    ["schindlers list", "Schindler's List (1993)"],
    ["shawsh", "Shawshank Redemption, The (1994)"],
    ["babylon 5", "Babylon 5"],
  ])("%j finds %j first", (text, title) => {
    expect(first(text)).toBe(title);
  });

  test("ranks by score, then by item, and gives as many as asked for", () => {
    const found = searchTitles(films, "toy story");
    expect(found.map(({ title }) => title)).toEqual([
      "Toy Story (1995)",
      "Toy Story 3 (2010)",
      "Toy Story 2 (1999)",
    ]);
    expect(found[1].score).toBe(found[2].score);
    expect(found[0].score).toBeGreaterThan(1.5 * found[1].score);
    for (const { item, title } of found) expect(films[item]).toBe(title);
    expect(searchTitles(films, "toy story", { count: 2 })).toEqual(found.slice(0, 2));
    expect(searchTitles(films, "toy story", { count: 0 })).toEqual([]);
    expect(searchTitles(generateFilms(shape).titles, "film")).toHaveLength(10);
  });

  test("what fits nothing finds nothing: no words, unknown ones, a short word misspelt, a year one off", () => {
    for (const text of ["", " ?! ", "qqqq", "tyo", "1961"]) expect(searchTitles(films, text)).toEqual([]);
  });

  test("a quarter of a word's letters may be wrong, and never more than three", () => {
    const long = ["Unfathomableness (2000)", "Memento (2000)"];
    const found = (text: string) => searchTitles(long, text).map(({ item }) => item);
    expect(found("unfxthxmablenexs")).toEqual([0]);
    expect(found("xnfxthxmablenexs")).toEqual([]);
    expect(found("mxmentx")).toEqual([1]);
    expect(found("mxmxntx")).toEqual([]);
  });

  test("words that most titles have do not count beside others", () => {
    expect(searchTitles(films, "the lord").map(({ title }) => title)).toEqual([
      "Lord of the Rings, The (1978)",
    ]);
    expect(searchTitles(films, "the and").length).toBeLessThan(films.length);
  });

  test("every title is found first by itself, whatever its capitals, and with one letter of a long word lost", () => {
    const { titles: many } = generateFilms(shape);
    const known = many.filter((title) => !title.startsWith("Generated"));
    expect(known.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(), (title, place) => {
        expect(searchTitles(many, title.toUpperCase())[0].title).toBe(title);
        const longest = title.match(/\p{L}+/gu)!.reduce((a, b) => (b.length > a.length ? b : a));
        fc.pre(longest.length >= 5);
        const at = title.indexOf(longest) + (place % longest.length);
        expect(searchTitles(many, title.slice(0, at) + title.slice(at + 1))[0].title).toBe(title);
      }),
    );
  });

  test("refuses a count that is none, and an unknown option", () => {
    expect(thrown(() => searchTitles(films, "x", { count: -1 }))).toBe(
      "RangeError: count must be >= 0, got -1",
    );
    expect(thrown(() => searchTitles(films, "x", { limit: 3 } as never))).toBe(
      'TypeError: option must be one of count, got "limit"',
    );
  });
});

const shape = {
  numItems: 300,
  numUsers: 10,
  numRatings: 100,
  scale: { min: 1, max: 5, step: 1 },
  years: [1930, 2018] as const,
};
