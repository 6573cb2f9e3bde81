import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    tags: [
      {
        name: "slow",
        description: "starts a kernel, a browser or a project's set-up, or trains for long: not for --quick",
      },
    ],
  },
});
