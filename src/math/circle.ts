/** Sine and cosine with the same digits on every machine, which `Math.sin` and `Math.cos` do not promise. */

// π/2 = head + tail, the head in 33 bits, so that few times it is exact.
const head = 1.5707963267341256;
const tail = 6.077100506506192e-11;

/**
 * The point of the unit circle at an angle of at most one turn, |x| ≤ 2π: puts cos(x) and sin(x), each within one unit
 * of the last place, in the two places of `point`.
 *
 * The angle is turned back by quarters to within π/4 of 0, with what is lost in the subtraction beside it; there
 * polynomials do. They and the way are those of fdlibm (Sun Microsystems 1993, `k_sin.c`, `k_cos.c`,
 * `e_rem_pio2.c`), which JavaScript's engines have long had.
 */
export function onCircle(x: number, point: Float64Array): void {
  const size = Math.abs(x);
  if (size <= Math.PI / 4) {
    point[0] = cosineNear(x, 0);
    point[1] = sineNear(x);
    return;
  }
  const quarters = Math.floor((size * 2) / Math.PI + 0.5);
  const whole = size - quarters * head;
  const lost = quarters * tail;
  const y = whole - lost;
  const rest = whole - y - lost;
  const near = cosineNear(y, rest);
  const far = sineNear(y, rest);
  const odd = (quarters & 1) === 1;
  point[0] = (odd ? far : near) * (((quarters + 1) & 2) === 0 ? 1 : -1);
  point[1] = (odd ? near : far) * ((quarters & 2) === 0 ? 1 : -1) * (x < 0 ? -1 : 1);
}

/** sin(x + rest) for |x| ≤ π/4. */
function sineNear(x: number, rest?: number): number {
  const z = x * x;
  const cube = z * x;
  const series =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  if (rest === undefined) return x + cube * (cubic + z * series);
  return x - (z * (0.5 * rest - cube * series) - rest - cube * cubic);
}

/** −1/6, as sines are best met. */
const cubic = -0.16666666666666632;

/** cos(x + rest) for |x| ≤ π/4. */
function cosineNear(x: number, rest: number): number {
  const z = x * x;
  const series =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const size = Math.abs(x);
  if (size < 0.3) return 1 - (0.5 * z - (z * series - x * rest));
  // A part of z/2 that is exact beside 1 is taken off apart: a quarter of x, in its leading bits.
  const part = size > 0.78125 ? 0.28125 : leading(size) / 4;
  const half = 0.5 * z - part;
  return 1 - part - (half - (z * series - x * rest));
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/** A number without the lower half of its bits. */
function leading(x: number): number {
  bits[0] = x;
  words[0] = 0;
  return bits[0];
}
