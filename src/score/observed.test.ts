// What of a profile's runs counts: tasks rather than runs, the latest word, reruns apart, and which figures come of it.
import { describe, expect, it } from "vitest";
import type { Judgement } from "../graph/judgement.ts";
import type { Run } from "../graph/run.ts";
import { caveatsOf } from "./caveat.ts";
import { figuresOf } from "./figures.ts";
import { observedIn } from "./observed.ts";
import { toJudge } from "./sample.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const at = (second: number) => new Date(now.getTime() + second * 1000).toISOString();

type Given = Partial<Run> & { outcome?: "done" | "failed" | "cancelled" | "live"; usd?: number };

/** A run of ten seconds that was done, but for what is given. */
function run(id: string, task: string, profile: string, { outcome = "done", usd, ...more }: Given = {}): Run {
  const failure = { class: "agent", message: "no" } as const;
  return {
    id,
    task,
    role: "worker",
    status: outcome === "live" ? "running" : "ended",
    attempt: 1,
    profile,
    revision: "0",
    route: "claude:opus",
    service: "s",
    leaseUntil: at(0),
    claimedAt: at(0),
    startedAt: at(0),
    endedAt: at(10),
    servedModels: ["claude-opus-4-5"],
    ...(outcome !== "live" && {
      result: {
        outcome,
        ...(outcome !== "done" && { failure }),
        summary: "",
        usage: { input: 0, output: 0, cached: 0 },
        cost: usd === undefined ? { source: "unknown" } : { usd, source: "reported" },
        turns: 1,
        servedModels: ["claude-opus-4-5"],
        servedBy: "answered",
        denials: 0,
      },
    }),
    ...more,
  };
}

const haiku = { profile: "claude", route: "claude:haiku", servedModels: ["claude-haiku-4-5"] };
const said = (on: string, total: number, more: Partial<Judgement> = {}): Judgement => ({
  run: on,
  role: "evaluator",
  isJudge: false,
  total,
  by: haiku,
  ...more,
});

/** The runs are given as they were made; a graph lists the latest first. */
function observed(
  runs: readonly Run[],
  judged: readonly Judgement[] = [],
  unsettled: string[] = [],
  judge?: string,
) {
  return observedIn([...runs].reverse(), judged, new Set(unsettled), judge);
}

const only = (...given: Parameters<typeof observed>) => observed(...given)[0]?.work;

describe("done", () => {
  it("is asked of each task once, by the profile's latest run on it", () => {
    const runs = [
      run("1", "t", "p", { outcome: "failed" }),
      run("2", "t", "p"),
      run("3", "u", "p", { outcome: "failed" }),
    ];
    expect(only(runs)?.done).toEqual(
      new Map([
        ["u", false],
        ["t", true],
      ]),
    );
  });

  it("is open while a failed task will be tried again by itself, even if it was done before", () => {
    const runs = [run("1", "t", "p"), run("2", "t", "p", { outcome: "failed" })];
    expect(only(runs, [], ["t"])?.done).toEqual(new Map());
    expect(only(runs)?.done).toEqual(new Map([["t", false]]));
  });

  it("does not count what a person cancelled, what still runs, and reruns", () => {
    const runs = [
      run("1", "t", "p", { outcome: "cancelled" }),
      run("2", "u", "p", { outcome: "live" }),
      run("3", "v", "p", { subject: "0" }),
    ];
    const [each] = observed(runs);
    expect(each?.work.done).toEqual(new Map());
    expect([each?.runs.length, each?.reruns.length]).toEqual([2, 1]);
  });

  it("is not what the agent itself calls failed", () => {
    const runs = [run("1", "t", "p", { reported: { status: "failed", message: "could not" } })];
    expect(only(runs)?.done).toEqual(new Map([["t", false]]));
  });
});

describe("scores", () => {
  it("are the latest word on each run, and a mean over the runs of a task", () => {
    const runs = [run("1", "t", "p"), run("2", "t", "p"), run("3", "u", "p")];
    const judged = [said("1", 0.1), said("2", 0.8), said("1", 0.6), said("3", 1)];
    expect(only(runs, judged)?.scores).toEqual(
      new Map([
        ["t", 0.7],
        ["u", 1],
      ]),
    );
  });

  it("of a common judge count alone where it is asked for, and nowhere else", () => {
    const runs = [run("1", "t", "p")];
    const judge = { isJudge: true, by: { ...haiku, profile: "j" } };
    const judged = [
      said("1", 0.4),
      said("1", 0.9, judge),
      said("1", 0.2, { ...judge, by: { ...haiku, profile: "k" } }),
    ];
    expect(only(runs, judged)?.scores).toEqual(new Map([["t", 0.4]]));
    expect(only(runs, judged, [], "j")?.scores).toEqual(new Map([["t", 0.9]]));
    expect(only(runs, judged, [], "nobody")?.scores).toEqual(new Map());
  });

  it("of reruns count too, and are known as such", () => {
    const [codex, claude] = observed(
      [run("1", "t", "codex"), run("2", "u", "codex"), run("3", "t", "claude", { subject: "1" })],
      [said("1", 0.4), said("3", 0.9)],
    );
    expect([codex?.profile, claude?.profile]).toEqual(["codex", "claude"]);
    expect(claude?.work.reruns).toEqual(new Set(["t"]));
    expect(codex?.work.reruns).toEqual(new Set());
  });

  it("of those who see the work alone are fidelity", () => {
    const [each] = observed([run("1", "t", "p")], [said("1", 0.7, { role: "flip" })]);
    expect(each?.fidelity).toEqual(new Map([["t", 0.7]]));
    expect(each?.work.scores).toEqual(new Map());
  });
});

describe("figures", () => {
  it("are of tasks, all that they cost, and the time of what was done", () => {
    const runs = [
      run("1", "t", "p", { outcome: "failed", usd: 1 }),
      run("2", "t", "p", { usd: 2 }),
      run("3", "u", "p", { usd: 3, endedAt: at(40) }),
      run("4", "v", "p", { outcome: "failed" }),
      run("5", "w", "p", { outcome: "cancelled", usd: 0 }),
    ];
    const [each] = observed(runs);
    expect(each && figuresOf(each, {}, now)).toMatchObject({
      runs: 5,
      done: 2,
      doneRate: { value: 2 / 3, tasks: 3 },
      cost: { reported: 6, computed: 0, unknownRuns: 1 },
      costPerDone: { reported: 3, computed: 0 },
      medianMs: 25_000,
      failures: [
        { class: "agent", runs: 2 },
        { class: "cancelled", runs: 1 },
      ],
      judges: [],
    });
  });

  it("name who judged, and how often that was its own family", () => {
    const codex = { route: "codex:gpt-5.5", servedModels: ["gpt-5.5"] };
    const all = observed(
      [run("1", "t", "claude"), run("2", "u", "codex", codex)],
      [
        said("1", 0.9),
        said("2", 0.8, { by: { ...haiku, route: "local:judge", servedModels: ["gpt-5.4-mini"] } }),
      ],
    );
    const figures = all.map((each) => figuresOf(each, {}, now));
    expect(figures.map(({ judges }) => judges)).toEqual([
      [{ route: "claude:haiku", served: ["claude-haiku-4-5"], runs: 1, ownFamily: 1 }],
      [{ route: "local:judge", served: ["gpt-5.4-mini"], runs: 1, ownFamily: 1 }],
    ]);
    expect(caveatsOf(all, figures)).toMatchObject([
      {
        kind: "own family",
        profile: "claude",
        message: expect.stringContaining("claude:haiku (claude-haiku-4-5)"),
      },
      { kind: "own family", profile: "codex" },
      { kind: "different judges" },
      { kind: "different tasks" },
      { kind: "unknown cost" },
      { kind: "unknown cost" },
    ]);
  });

  it("of tasks that a canary dealt out leave no doubt about the tasks", () => {
    const all = observed([run("1", "t", "a", { arm: "main" }), run("2", "u", "b", { arm: "canary" })]);
    const kinds = caveatsOf(all, []).map(({ kind }) => kind);
    expect(kinds).not.toContain("different tasks");
  });

  it("tell of tasks that one profile took over from another", () => {
    const all = observed([run("1", "t", "a", { outcome: "failed" }), run("2", "t", "b")]);
    expect(caveatsOf(all, [])).toContainEqual({
      kind: "one after the other",
      message: expect.stringContaining("1 task was"),
    });
  });
});

describe("a sample for a judge", () => {
  const tasks = Array.from({ length: 20 }, (_, index) => `t${index}`);
  const runs = ["a", "b"].flatMap((profile) => tasks.map((task) => run(`${profile} ${task}`, task, profile)));
  const judge = { isJudge: true, by: { ...haiku, profile: "j" } };
  const drawn = (judged: readonly Judgement[], size: number) =>
    toJudge(observed(runs, judged, [], "j"), size).map(({ id }) => id);

  it("takes as many tasks of each, in turns, and the same ones of both where both did them", () => {
    const ids = drawn([], 3);
    expect(ids.map((id) => id[0])).toEqual(["a", "b", "a", "b", "a", "b"]);
    const ofBoth = ids.map((id) => id.slice(2));
    expect(new Set(ofBoth).size).toBe(3);
    expect(drawn([], 5).slice(0, 6)).toEqual(ids);
  });

  it("leaves out what was judged already, and ends when there is no more", () => {
    const [first = "", second = ""] = drawn([], 3);
    const rest = drawn([said(first, 0.5, judge), said(second, 0.5, judge)], 3);
    expect(rest).toEqual(drawn([], 3).slice(2));
    expect(drawn([], 100)).toHaveLength(40);
    expect(drawn([said(first, 0.5, judge)], 1)).toEqual([second]);
  });

  it("is of work that was done, the latest on each task", () => {
    const some = [run("1", "t", "a"), run("2", "t", "a"), run("3", "u", "a", { outcome: "failed" })];
    expect(toJudge(observed(some), 10).map(({ id }) => id)).toEqual(["2"]);
    expect(toJudge([], 10)).toEqual([]);
  });
});
