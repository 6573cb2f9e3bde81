// Rows of numbers of type T, f64 or f32, that begin at a multiple of 16 bytes and are filled up with zeros to one.

/** The sum of a vector's lanes, pair by pair: the order is fixed, and with it the digits. */
@inline
export function sumOfLanes<T>(v: v128): T {
  if (sizeof<T>() == 8) return (f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)) as T;
  const first = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1);
  return (first + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))) as T;
}

/** a · b, in four vectors of running sums that do not wait for one another. */
@inline
export function dot<T>(a: usize, b: usize, bytes: usize): T {
  let s0 = v128.splat<T>(0 as T);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const whole = a + (bytes & ~63);
  const end = a + bytes;
  while (a < whole) {
    s0 = v128.add<T>(s0, v128.mul<T>(v128.load(a), v128.load(b)));
    s1 = v128.add<T>(s1, v128.mul<T>(v128.load(a, 16), v128.load(b, 16)));
    s2 = v128.add<T>(s2, v128.mul<T>(v128.load(a, 32), v128.load(b, 32)));
    s3 = v128.add<T>(s3, v128.mul<T>(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  if (a < end) s0 = v128.add<T>(s0, v128.mul<T>(v128.load(a), v128.load(b)));
  if (a + 16 < end) s1 = v128.add<T>(s1, v128.mul<T>(v128.load(a, 16), v128.load(b, 16)));
  if (a + 32 < end) s2 = v128.add<T>(s2, v128.mul<T>(v128.load(a, 32), v128.load(b, 32)));
  return sumOfLanes<T>(v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3)));
}

/** y ← y + c x. */
@inline
export function axpy<T>(c: v128, x: usize, y: usize, bytes: usize): void {
  const whole = x + (bytes & ~63);
  const end = x + bytes;
  while (x < whole) {
    v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(c, v128.load(x))));
    v128.store(y, v128.add<T>(v128.load(y, 16), v128.mul<T>(c, v128.load(x, 16))), 16);
    v128.store(y, v128.add<T>(v128.load(y, 32), v128.mul<T>(c, v128.load(x, 32))), 32);
    v128.store(y, v128.add<T>(v128.load(y, 48), v128.mul<T>(c, v128.load(x, 48))), 48);
    x += 64;
    y += 64;
  }
  while (x < end) {
    v128.store(y, v128.add<T>(v128.load(y), v128.mul<T>(c, v128.load(x))));
    x += 16;
    y += 16;
  }
}

/** y ← c x. */
@inline
export function scale<T>(c: v128, x: usize, y: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) v128.store(y + o, v128.mul<T>(c, v128.load(x + o)));
}
