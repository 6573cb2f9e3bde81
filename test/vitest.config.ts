import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { patience } from "./patience";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    // For what hangs, and not for what is slow: a machine with other work takes several times as long.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: patience } },
    tags: [
      {
        name: "slow",
        description: "starts a kernel, a browser or a project's set-up, or trains for long: not for --quick",
      },
    ],
  },
});
