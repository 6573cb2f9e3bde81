import { extent } from "../math/statistics";

/**
 * Prints the numbers of one column alike, with as many decimals as they have: three at most, and more where the
 * largest would keep fewer than three significant digits, a number of no more than three digits would lose one, or
 * any would be shown as zero. Numbers below 10⁻⁵ have an exponent: `1.2e-7`.
 */
export function numberPrinter(numbers: readonly (number | bigint)[]): (value: number | bigint) => string {
  const sizes = numbers.map((value) => Math.abs(Number(value))).filter(Number.isFinite);
  const plain = sizes.filter((size) => !isTiny(size));
  const [, most] = extent(plain);
  const room = Math.max(
    digitsAfterPoint([most], (size) => size.toPrecision(3)),
    digitsAfterPoint(plain, (size) => size.toPrecision(isShort(size) ? 3 : 1)),
    3,
  );
  const decimals = digitsAfterPoint(plain, (size) => size.toFixed(room));
  const mantissa = digitsAfterPoint(sizes.filter(isTiny), (size) => size.toExponential(2).split("e")[0]);
  return (value) => {
    if (typeof value === "bigint" || !Number.isFinite(value)) return String(value);
    if (isTiny(Math.abs(value))) return value.toExponential(mantissa);
    // Zero has no sign.
    return (value || 0).toFixed(decimals);
  };
}

const isTiny = (size: number): boolean => size > 0 && size < 1e-5;

/** Whether a number is one that somebody may have written, as a learning rate of 0.00012. */
const isShort = (size: number): boolean => Number(size.toPrecision(3)) === size;

/** The most digits after the point that any of the numbers needs, once they are rounded. */
const digitsAfterPoint = (sizes: readonly number[], rounded: (size: number) => string): number =>
  sizes.reduce(
    (most, size) => Math.max(most, (/\.\d+/.exec(String(Number(rounded(size))))?.[0].length ?? 1) - 1),
    0,
  );
