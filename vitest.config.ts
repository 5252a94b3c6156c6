import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/support/closing-line.ts";
import { LongestFirst } from "./test/support/longest-first.ts";

/** Proofs that `npm test` plays a small form of, and `npm run test:stress` the long one; see test/support/heavy.ts. */
const heavy = [
  "test/switch.test.ts",
  "test/profile/kill.test.ts",
  "test/service/crash.test.ts",
  "test/service/switch.test.ts",
  "test/worktree/crash.test.ts",
];

const project = (name: string, include: string[], extra: object = {}) => ({
  // Set here: a project does not inherit the limits of the whole.
  test: {
    name,
    include,
    environment: "node" as const,
    // One process for many files: starting one for each costs more than most of their tests.
    isolate: false,
    setupFiles: ["test/support/drawn.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    ...extra,
  },
});

export default defineConfig({
  test: {
    // More than the cores there are at least: most of a test is waiting for programs it started.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", new ClosingLine()],
    projects: [
      project("rooms", ["test/rooms.test.ts"]),
      project("unit", ["src/**/*.test.ts"]),
      project("whole", ["test/**/*.test.ts"], {
        exclude: ["test/rooms.test.ts", "test/agents/**"],
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      project("stress", heavy, { testTimeout: 600_000, env: { WG_STRESS: "1" } }),
      project("agents", ["test/agents/**/*.test.ts"], {
        testTimeout: 120_000,
        fileParallelism: false,
        isolate: true,
      }),
    ],
  },
});
