// The screen says what there is, and leaves out what there is none of.
import { expect, it } from "vitest";
import type { Overview, ProjectView } from "../overview/overview.ts";
import { statusText } from "./status-text.ts";

const at = "2026-11-23T12:00:00.000Z";
const before = (minutes: number) => new Date(Date.parse(at) - minutes * 60_000).toISOString();
const project: ProjectView = {
  root: "/p",
  service: { kind: "none" },
  states: [],
  running: [],
  waiting: { tasks: [], more: 0 },
  today: { runs: 0, done: 0, failures: [], cost: { reported: 0, computed: 0, unknownRuns: 0 }, budgets: [] },
};
const found: Overview = {
  at,
  profile: {
    name: "codex",
    revision: "0123456789ab",
    origin: "global /h/.wg/active-profile:1",
    next: "codex:x",
    notes: [],
  },
  health: [],
};
const text = (more: Partial<Overview>, chats = 0) =>
  statusText({ ...found, ...more }, chats, (_, words) => words);

it("outside a project it is about the machine alone", () => {
  expect(text({}, 2)).toBe(
    "profile  codex@0123456789ab: codex:x, from global /h/.wg/active-profile:1\nchats    2 open",
  );
});

it("an idle project says so in two lines", () => {
  expect(text({ project }).split("\n").slice(1)).toEqual(["service  none runs", "tasks    none"]);
});

it("settings that cannot be used are told with their place and the way out", () => {
  const problem = {
    code: "not-trusted",
    message: "not trusted",
    hint: "wg config trust",
    at: { path: "/p/c", line: 3 },
  };
  expect(text({ profile: { name: "codex", notes: ["it hides base"], problem } })).toBe(
    "profile  codex\nnote     it hides base\nproblem  /p/c:3: not trusted; wg config trust",
  );
});

it("what runs, what waits and how servers do are tables", () => {
  const busy: ProjectView = {
    ...project,
    states: [
      { state: "open", count: 9 },
      { state: "in-progress", count: 1 },
    ],
    running: [
      {
        ...{ id: "r-1", task: "build", role: "worker", status: "running", route: "codex:x" },
        ...{ profile: "codex", revision: "0123456789ab" },
        ...{ claimedAt: before(5), startedAt: before(4), lastSign: before(1) },
      },
    ],
    waiting: { tasks: [{ task: "ship", kind: "needs", why: "waits for build\u001b[2J" }], more: 8 },
    today: {
      ...{ runs: 4, done: 1, failures: [{ class: "quota", runs: 2 }] },
      cost: { reported: 1.5, computed: 0, unknownRuns: 1 },
      budgets: [{ profile: "codex", usd: 2, spent: { usd: 1.5, unknownRuns: 1 } }],
    },
  };
  const shown = text({
    project: busy,
    health: [{ name: "gate", handler: "codex", roles: ["worker"], routes: ["codex:x"], state: "bad" }],
    check: { at: before(60), verdict: "no", changed: true },
  });
  expect(shown.split("\n").slice(2)).toEqual([
    "tasks    9 open, 1 in-progress",
    "today    4 runs, 1 done, failed: 2 quota; $1.50 reported, 1 run unknown; budget $2.00 on codex",
    "",
    "RUNS   RUN  ROUTE    ON                  FOR    LAST SIGN",
    "build  r-1  codex:x  codex@0123456789ab  4m00s  1m00s",
    "",
    "WAITS  WHY",
    "ship   waits for build\\x1b[2J",
    "8 more: wg blocked",
    "",
    "SERVER  STATE  FOR     LAST HEARD",
    "gate    bad    worker  no run yet",
    "last check of codex, 1h00m ago, before it was changed: would not work",
  ]);
});
