// @module-tag slow
import { expect, it } from "vitest";
import { Arena } from "../../src/wasm/arena";
import { kernelModule } from "../../src/wasm/kernels";
import { openWorkers, type Step } from "../../src/wasm/workers";

/** Sixty blocks that rotate so many rows each, by the identity: what they write is what they read. */
function rows(count: number, width = 4) {
  const arena = new Arena("test", 8 * 60 * count * width + 4 * width * width + 65536);
  const [source, target] = [arena.float32(60 * count * width), arena.float32(60 * count * width)];
  const rotation = arena.float32(width * width);
  source.set(source.map((_, k) => 1 + (k % 1000)));
  for (let k = 0; k < width; k++) rotation[k * width + k] = 1;
  const args = [source, target, rotation].map((view) => view.byteOffset);
  const bounds = Int32Array.from({ length: 61 }, (_, k) => k * count);
  const step: Step = { kernel: "rotate", bounds, args: [...args, width] };
  return { arena, step, source, target };
}

it("shares the blocks among the threads: while one rests the others go on", async () => {
  const { arena, step, source, target } = rows(200, 128); // some milliseconds a block
  const blocksDone = () => Array.from({ length: 60 }, (_, k) => target[k * 200 * 128]).filter(Boolean).length;
  let rests = 0;
  const workers = openWorkers(kernelModule()!, arena.memory, [step], {
    work: "test",
    threads: 2,
    pause: async () => {
      rests++;
      const before = blocksDone();
      do await new Promise((resume) => setTimeout(resume, 1));
      while (blocksDone() === before && before < 60);
    },
  });
  await workers.run(0);
  await workers.close();
  expect(target.findIndex((value, k) => value !== source[k])).toBe(-1);
  expect(rests).toBeGreaterThan(0); // each until the others had done something
});

it("does every block once, again and again, on more threads than there are cores", async () => {
  const { arena, step, source, target } = rows(1);
  const workers = openWorkers(kernelModule()!, arena.memory, [step], {
    work: "test",
    threads: 5,
    pause: async () => {},
  });
  for (let turn = 0; turn < 2000; turn++) {
    target.fill(0);
    await workers.run(0);
    expect(target).toEqual(source);
  }
  await workers.close();
});

it("tells of a thread that fails, and waits for none", async () => {
  const { arena, step } = rows(1);
  // The address is outside the memory: the kernel traps, wherever it runs.
  const broken = { ...step, args: [2 ** 31 - 64, ...step.args.slice(1)] };
  const workers = openWorkers(kernelModule()!, arena.memory, [broken], {
    work: "test",
    threads: 3,
    pause: async () => {},
  });
  await expect(workers.run(0)).rejects.toThrow("out of bounds");
  await workers.close().catch(() => {});
  const missing = openWorkers(kernelModule()!, arena.memory, [{ ...step, kernel: "none" }], {
    work: "test",
    threads: 2,
    pause: () => new Promise((resume) => setTimeout(resume, 20)),
  });
  await expect(missing.run(0)).rejects.toThrow(/not a function|undefined/);
  await missing.close().catch(() => {});
});
