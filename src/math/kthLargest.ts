/**
 * The k-th largest of some numbers, equal ones counted each: k in [1, numbers]. A heap of the k largest so far has the
 * least of them on top, which most numbers do not pass: O(n) where k is small, O(n log k) at worst.
 */
export function kthLargest(values: Float64Array, k: number): number {
  const heap = values.slice(0, k).sort();
  const sink = () => {
    const value = heap[0];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= k) break;
      if (child + 1 < k && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= value) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = value;
  };
  for (let n = k; n < values.length; n++) {
    if (values[n] <= heap[0]) continue;
    heap[0] = values[n];
    sink();
  }
  return heap[0];
}
