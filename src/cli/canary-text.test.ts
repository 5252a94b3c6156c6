// A canary in words: both sides with what is known of them, and nothing made up where nothing is.
import { expect, it } from "vitest";
import type { ArmView, CanaryView } from "../overview/canary-view.ts";
import { armsTable, canarySentence, figuresSentence } from "./canary-text.ts";

const none = { runs: 0, live: 0, done: 0, failed: 0, ended: 0, elsewhere: 0, scored: 0 };
const some = {
  ...{ runs: 12, live: 1, done: 9, failed: 2, ended: 11, elsewhere: 0, failureRate: 2 / 11 },
  ...{ scored: 9, score: 0.813, interval: { low: 0.68, high: 0.9 } },
};
const view = (
  figures: [ArmView["figures"], ArmView["figures"]],
  more: Partial<CanaryView> = {},
): CanaryView => {
  const [main, canary] = figures.map((each) => each && { figures: each });
  return {
    ...{ since: "2026-11-23T12:00:00.000Z", share: 0.2, guardrails: [], minRuns: 10, notes: [] },
    arms: [
      { arm: "main", profile: "claude", revision: "aaa", ...main },
      { arm: "canary", profile: "codex", revision: "bbb", ...canary },
    ],
    next: { main: "claude:opus", canary: "codex:gpt" },
    ...more,
  };
};

it("the sentence says who is on which side, for how long, and what would end it", () => {
  const now = new Date("2026-11-23T14:00:00.000Z");
  expect(canarySentence(view([undefined, undefined]), now)).toBe(
    "codex@bbb gets 20% of the tasks, claude@aaa the rest, for 2h00m now",
  );
  expect(
    canarySentence(view([none, none], { guardrails: ["score < -0.1", "failures > 0.2"] }), now),
  ).toContain("ends by itself when score < -0.1 or failures > 0.2, once both have 10 runs");
});

it("the table has figures in a project, and a column for fallbacks only where there were any", () => {
  expect(armsTable(view([undefined, undefined])).split("\n")[1]).toBe("main    claude@aaa  claude:opus");
  const lines = armsTable(view([none, some])).split("\n");
  expect(lines[0]).toMatch(/FAILED\s+SCORE$/);
  expect(lines[1]).toMatch(/none yet$/);
  expect(lines[2]).toMatch(/12\s+1\s+9\s+2 \(18%\)\s+0\.81 \(0\.68 to 0\.90, of 9\)$/);
  expect(armsTable(view([none, { ...some, elsewhere: 3 }]))).toMatch(/ON FALLBACK/);
});

it("the figures in one line begin with the candidate, and are left out outside of a project", () => {
  expect(figuresSentence(view([none, some]))).toBe(
    "codex: 12 runs, 2 of 11 failed, score 0.81 (0.68 to 0.90, of 9); claude: 0 runs, none over, score none yet",
  );
  expect(figuresSentence(view([undefined, undefined]))).toBeUndefined();
});
