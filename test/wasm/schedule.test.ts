import { expect, test } from "vitest";
import { blockSizeFor, equalBounds, evenBounds } from "../../src/wasm/partition";
import { mostBlocks, WorkQueue } from "../../src/wasm/schedule";

test("a queue hands out each block once, and then none", () => {
  const queue = new WorkQueue();
  for (const [step, blocks] of [
    [0, 5],
    [63, mostBlocks],
    [1, 1],
    [2, 0],
  ]) {
    queue.open(step, blocks);
    const taken = Array.from({ length: blocks }, () => queue.take(step, blocks));
    expect(taken).toEqual([...Array(blocks).keys()]);
    expect(queue.take(step, blocks)).toBe(-1);
    expect(queue.take(step ^ 1, blocks)).toBe(-1);
    for (let k = 0; k < blocks; k++) queue.finish(blocks);
    expect(queue.waitUntilDone(blocks)).toBe(true);
  }
});

test("it refuses what its bits do not hold", () => {
  const queue = new WorkQueue();
  expect(() => queue.open(64, 1)).toThrow("step must be in [0, 64), got 64");
  expect(() => queue.open(-1, 1)).toThrow("step must be in [0, 64), got -1");
  expect(() => queue.open(0, mostBlocks + 1)).toThrow(`blocks must be at most 2046, got 2047`);
});

test("cuts never make more blocks than the queue holds, and cover every row once", () => {
  for (const length of [0, 1, 49_999, 50_000, 50_001, 102_300_000, 102_300_001, 2_000_000_000]) {
    const size = blockSizeFor(length, 50_000);
    const bounds = equalBounds(length, size);
    expect(bounds.length - 1).toBeLessThanOrEqual(mostBlocks);
    expect([bounds[0], bounds.at(-1)]).toEqual([0, length]);
    for (let k = 1; k < bounds.length; k++) expect(bounds[k] - bounds[k - 1]).toBeGreaterThan(0);
    if (length <= 102_300_000) expect(size).toBe(50_000);
  }
  const start = Int32Array.from({ length: 300_001 }, (_, row) => row * 5000);
  const even = evenBounds(start, 5);
  expect(even.length - 1).toBeLessThanOrEqual(mostBlocks);
  expect([even[0], even.at(-1)]).toEqual([0, 300_000]);
});
