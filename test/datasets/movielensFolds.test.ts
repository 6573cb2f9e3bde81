import { expect, test, vi } from "vitest";
import { movielensFolds } from "../../src/datasets/movielens";

vi.mock("../../src/datasets/find", async (original) => ({
  ...(await original<typeof import("../../src/datasets/find")>()),
  findData: () => undefined,
}));
vi.mock("../../src/datasets/download", () => ({
  download: async () => {
    throw new Error("files.grouplens.org cannot be reached: no network");
  },
}));

test("without the data set there are no folds: none are generated", async () => {
  await expect(movielensFolds()).rejects.toThrow(
    "ml-100k must be here for its folds, and is not (files.grouplens.org cannot be reached: no network)",
  );
});
