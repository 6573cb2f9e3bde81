/** Text that comes from data, made fit to be shown: an id, a title, the name of a column. */

/** Control characters, halves of surrogate pairs, and what turns the direction of the text after it. */
const unfit = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/gu;

/**
 * The text with what is no letter to read put in a form that can be read: a control character as its picture (␛, ␀,
 * ␊), half a surrogate pair as �, which no file in UTF-8 can hold, and a line separator or a change of direction by
 * its number.
 */
export function visible(text: string): string {
  return text.replace(unfit, (letter) => {
    const code = letter.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "␡";
    return code >= 0xd800 && code < 0xe000 ? "�" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** HTML in which MathJax 2 and 3 look for no formulas. */
export function withoutFormulas(html: string): string {
  return `<div class="tex2jax_ignore mathjax_ignore">${html}</div>`;
}

/** The first letters of a long text, whole ones, and an ellipsis. */
export function shortened(text: string, most: number): string {
  // A letter may be two code units: what is short enough in units is so in letters.
  if (text.length <= most) return text;
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

const wide = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{Emoji_Presentation}\uff01-\uff60]/u;

/** How many columns of a terminal a text takes: two for an East Asian letter, none for a mark over or under one. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const letter of text) columns += /[\p{M}\u200b-\u200d]/u.test(letter) ? 0 : wide.test(letter) ? 2 : 1;
  return columns;
}
