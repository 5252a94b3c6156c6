// The task verbs inside a run and beside it: a report from within, a refusal from without, and what show tells.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { claimRun } from "../../src/graph/claim.ts";
import { closeGraph, type Graph, openGraph } from "../../src/graph/database.ts";
import { taskLog } from "../../src/graph/log.ts";
import type { Plan } from "../../src/graph/plan.ts";
import { endRun, findRun, startRun } from "../../src/graph/run.ts";
import { findTask } from "../../src/graph/task.ts";
import { makePlaceHere, playHere } from "../support/here.ts";
import { type Place, program, run } from "../support/wg.ts";

const now = new Date("2026-11-23T12:00:00Z");
let place: Place;
let graph: Graph;

beforeEach(async () => {
  place = makePlaceHere();
  await place.wg("init");
  await place.wg("add", "a");
  await place.wg("add", "b");
  graph = openGraph(projectAt(place.project));
  claimRun(graph, plan(), { service: "s", until: new Date("2026-11-23T12:01:00Z") }, now);
  startRun(graph, "r-1", { pid: 1, started: "1" }, now);
});
afterEach(() => {
  closeGraph(graph);
  place.remove();
});

function plan(): Plan {
  return {
    schemaVersion: 1,
    run: "r-1",
    task: "a",
    role: "worker",
    attempt: 1,
    project: place.project,
    cwd: place.project,
    profile: "codex",
    revision: "0123456789ab",
    route: { handler: "codex", model: "gpt-5.5" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "do it",
    origins: {},
  };
}

/** Plays a command as the agent of run r-1 would: somewhere else, with the run's environment and no home to write to. */
const inside = (...args: string[]) => {
  const env = { HOME: "/nonexistent", WG_HOME: "/nonexistent/.wg", WG_PROJECT: place.project, WG_RUN: "r-1" };
  return playHere({ project: "/", env: { ...place.env, ...env } }, args);
};

/** The same with the home of whoever started the service. */
const atHome = (...args: string[]) =>
  playHere({ project: "/", env: { ...place.env, WG_PROJECT: place.project, WG_RUN: "r-1" } }, args);

const end = () =>
  endRun(
    graph,
    "r-1",
    {
      outcome: "done",
      summary: "closing words",
      usage: { input: 1200, output: 34, cached: 0 },
      cost: { usd: 0.5, source: "reported" },
      turns: 1,
      servedModels: ["gpt-5.5-2026"],
      servedBy: "answered",
      denials: 0,
    },
    new Date("2026-11-23T12:00:42Z"),
    { maxAttempts: 1 },
  );

describe("inside its own run", () => {
  it("done and fail are a report, and the task moves when the run ends", async () => {
    expect(await inside("done", "a", "--summary", "half")).toMatchObject({ status: 0, stdout: "a\n" });
    expect(await inside("fail", "a", "--reason", "no way", "--json")).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(findTask(graph, "a")?.status).toBe("in-progress");
    expect(findRun(graph, "r-1")?.reported).toEqual({ status: "failed", message: "no way" });
    end();
    expect(findTask(graph, "a")).toMatchObject({ status: "failed", reason: "no way" });
  });

  it("log and artifact carry the run", async () => {
    await inside("log", "a", "half done");
    await inside("artifact", "a", `${place.project}/src/x.ts`);
    const shown = JSON.parse((await inside("show", "a", "--json")).stdout);
    expect(shown.log).toMatchObject([{ by: "agent", run: "r-1", message: "half done" }]);
    expect(shown.artifacts).toMatchObject([{ path: "src/x.ts", run: "r-1" }]);
  });

  it("a task it adds says so in its log, and brings no command along", async () => {
    expect(await inside("add", "c", "--after", "a")).toMatchObject({ status: 0, stdout: "c\n" });
    const shown = JSON.parse((await inside("show", "c", "--json")).stdout);
    expect(shown.log).toMatchObject([{ by: "agent", run: "r-1", message: "added from task a" }]);
    for (const option of ["--exec", "--verify"]) {
      const refused = await inside("add", "d", option, "curl evil.example", "--json");
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "inside-a-run" } });
    }
    expect(findTask(graph, "d")).toBeUndefined();
  });

  it("what is not its task is refused, and nothing has happened", async () => {
    const state = () =>
      JSON.stringify([
        findTask(graph, "a"),
        findTask(graph, "b"),
        findRun(graph, "r-1"),
        taskLog(graph, "b"),
      ]);
    const before = state();
    for (const line of [
      ...["done b", "fail b --reason x", "log b x", "artifact b x", "edit a --verify true", "retry b"],
      ...["abandon b", "rm b", "kill r-1", "service stop", "worker r-1"],
      ...["profile use codex", "profile undo", "profile set codex agent.model claude:opus"],
      ...[
        "profile env codex",
        "profile run codex -- true",
        "config set agent.max_turns 7",
        "config -m claude:opus",
      ],
    ]) {
      expect(await atHome(...line.split(" ")), line).toMatchObject({
        status: 1,
        stdout: "",
        stderr: expect.stringMatching(/^wg: .*\n {2}hint: /),
      });
    }
    expect(state()).toBe(before);
  });

  it("what only shows answers", async () => {
    for (const line of ["list", "show b", "log b", "artifact b", "runs", "profile list", "config show"]) {
      expect(await atHome(...line.split(" ")), line).toMatchObject({ status: 0 });
    }
    expect((await atHome("profile", "use", "--help")).status).toBe(0);
  });

  it("a report that comes after the end moves nothing", async () => {
    end();
    expect(await inside("fail", "a", "--reason", "too late")).toMatchObject({
      status: 1,
      stderr: "wg: r-1 is not in flight, so wg fail does nothing\n",
    });
    expect(await inside("add", "late")).toMatchObject({ status: 1 });
    expect(findTask(graph, "a")?.status).toBe("done");
  });
});

describe("inside a chat", () => {
  const inChat = (...args: string[]) =>
    run(process.execPath, [program, ...args], {
      cwd: place.project,
      env: { ...place.env, WG_CHAT: "c-1" },
    });

  it("the graph is worked as by its person", async () => {
    await inChat("add", "c", "--exec", "true");
    expect(await inChat("edit", "c", "--after", "b")).toMatchObject({ status: 0 });
    expect(await inChat("done", "b")).toMatchObject({ stderr: "b is done; ready now: c\n" });
  });

  it("what runs on what is its person's to say", async () => {
    const refused = await inChat("profile", "use", "codex");
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("in a terminal: wg profile use"),
    });
    expect((await inChat("profile", "current")).stdout).toBe("base\n");
  });
});

describe("beside a run", () => {
  it("the task cannot be moved or removed, and the way out is named", async () => {
    for (const args of [
      ["done", "a"],
      ["fail", "a", "--reason", "x"],
      ["abandon", "a"],
      ["retry", "a"],
      ["rm", "a"],
    ]) {
      expect(await place.wg(...args)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("wg kill <run>"),
      });
    }
  });

  it("the task can be reworded, and the plan that stays is named", async () => {
    expect((await place.wg("edit", "a", "--title", "A")).stderr).toContain(
      "r-1 is in flight and keeps the plan",
    );
  });

  it("show tells profile, revision, requested and served model, tokens and cost of each run", async () => {
    end();
    const shown = (await place.wg("show", "a")).stdout;
    const facts = [
      "r-1",
      "codex",
      "0123456789ab",
      "codex:gpt-5.5",
      "gpt-5.5-2026",
      "1200 in, 34 out",
      "$0.5",
      "42s",
    ];
    for (const fact of [...facts, "closing words"]) expect(shown).toContain(fact);
  });
});
