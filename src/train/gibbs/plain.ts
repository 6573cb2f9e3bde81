import { sampleRows, squaredErrors } from "./conditionals";
import { sampleSideWeights } from "./factors";
import { type GibbsProblem, type GibbsSolver, initialState } from "./sampler";

/** The readable solver, on this thread: the reference for the SIMD one. */
export function plainGibbs(problem: GibbsProblem, pause: () => Promise<void>): GibbsSolver {
  const state = initialState(problem);
  const { noise, errors } = state;
  const inBlocks = async (size: number, block: number, work: (from: number, to: number) => void) => {
    for (let from = 0; from < size; from += block) {
      await pause();
      work(from, Math.min(size, from + block));
    }
  };
  return {
    state,
    sideWeights: (own, other) =>
      inBlocks(own.width, 4, (from, to) => sampleSideWeights(own, other, noise, from, to)),
    rows: (own, other) =>
      inBlocks(own.size, 64, (from, to) => sampleRows(own, other, state.noisePrecision, noise, from, to)),
    errors: (own, other) => inBlocks(own.size, 64, (from, to) => squaredErrors(own, other, errors, from, to)),
    close: async () => {},
  };
}
