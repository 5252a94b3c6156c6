// Two glances at a project come to exactly what has changed between them.
import { expect, it } from "vitest";
import { changesBetween, type Glance, type RunGlance } from "./changes.ts";

const run: RunGlance = {
  ...{ task: "a", role: "worker", route: "shell", profile: "base" },
  ...{ revision: "0123456789ab", status: "running" },
};
const glance = (more: Partial<Glance> = {}): Glance => ({
  profile: { profile: "base", revision: "0123456789ab" },
  service: "running",
  tasks: new Map(),
  runs: new Map(),
  ...more,
});

it("nothing is told where nothing has changed", () => {
  const same = () => glance({ tasks: new Map([["a", "open"]]), runs: new Map([["r-1", { ...run }]]) });
  expect(changesBetween(same(), same())).toEqual([]);
});

it("what decides comes first, then runs from the oldest on, then tasks", () => {
  const before = glance({
    tasks: new Map([
      ["a", "in-progress"],
      ["gone", "open"],
    ]),
    runs: new Map([["r-1", run]]),
  });
  const ended: RunGlance = { ...run, status: "ended", outcome: "failed", failure: "agent", message: "no" };
  const after = glance({
    profile: { profile: "codex", problem: "no such profile" },
    service: "stopping",
    tasks: new Map([
      ["a", "failed"],
      ["new", "blocked"],
    ]),
    runs: new Map([
      ["r-2", { ...run, task: "b" }],
      ["r-1", ended],
    ]),
  });
  expect(changesBetween(before, after)).toEqual([
    { kind: "profile", profile: "codex", problem: "no such profile" },
    { kind: "service", state: "stopping" },
    { kind: "run", run: "r-1", ...ended },
    { kind: "run", run: "r-2", ...run, task: "b" },
    { kind: "task", task: "a", from: "in-progress", to: "failed" },
    { kind: "task", task: "new", to: "blocked" },
    { kind: "task", task: "gone", from: "open" },
  ]);
});
