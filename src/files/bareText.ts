/** The text of a cell without what is around it. */

/** A text without blanks around it, and without quotes that had a blank before them. */
export function bare(text: string, quote: string): string {
  const trimmed = text.trim();
  const isQuoted =
    trimmed !== text &&
    quote !== "" &&
    trimmed.length > 1 &&
    trimmed.startsWith(quote) &&
    trimmed.endsWith(quote);
  return isQuoted
    ? trimmed
        .slice(1, -1)
        .replaceAll(quote + quote, quote)
        .trim()
    : trimmed;
}
