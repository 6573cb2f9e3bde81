// The scores of items for four users at once, in float64 and, for each of them, in the order of additions of
// ../../evaluate/scores.ts: the digits are the same.

/**
 * Adds b + mu + w·x to the scores of the items [from, to): of each item its row of `numFeatures` numbers and mu, of each
 * feature the four users' weights, and their biases. `scores` has a row of `numItems` for each user.
 */
export function scoreFour(
  from: i32,
  to: i32,
  rows: usize,
  means: usize,
  weights: usize,
  biases: usize,
  scores: usize,
  numItems: u32,
  numFeatures: u32,
): void {
  const rowBytes = <usize>numItems << 3;
  const end = weights + (<usize>numFeatures << 5);
  const b01 = v128.load(biases);
  const b23 = v128.load(biases, 16);
  let x = rows + (<usize>from * numFeatures << 3);
  for (let item: usize = from; item < <usize>to; item++) {
    const mean = v128.load64_splat(means + (item << 3));
    let s01 = f64x2.add(b01, mean);
    let s23 = f64x2.add(b23, mean);
    for (let w = weights; w < end; w += 32) {
      const value = v128.load64_splat(x);
      s01 = f64x2.add(s01, f64x2.mul(v128.load(w), value));
      s23 = f64x2.add(s23, f64x2.mul(v128.load(w, 16), value));
      x += 8;
    }
    const at = scores + (item << 3);
    store<f64>(at, load<f64>(at) + f64x2.extract_lane(s01, 0));
    store<f64>(at + rowBytes, load<f64>(at + rowBytes) + f64x2.extract_lane(s01, 1));
    store<f64>(at + 2 * rowBytes, load<f64>(at + 2 * rowBytes) + f64x2.extract_lane(s23, 0));
    store<f64>(at + 3 * rowBytes, load<f64>(at + 3 * rowBytes) + f64x2.extract_lane(s23, 1));
  }
}
