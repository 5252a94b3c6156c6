// Who may call which tool: a person's agent, a run, and whoever cannot prove to be one.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import { artifacts } from "../graph/artifact.ts";
import { claimRun } from "../graph/claim.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { holdTask } from "../graph/hold.ts";
import { taskLog } from "../graph/log.ts";
import { sendMessage } from "../graph/message.ts";
import type { Plan } from "../graph/plan.ts";
import { endRun, findRun } from "../graph/run.ts";
import { addTask, findTask } from "../graph/task.ts";
import { giveToken } from "../graph/token.ts";
import { call, instructions, offeredTools, readResource, type ServerContext } from "./requests.ts";

const now = new Date("2026-11-23T12:00:00Z");
let project: Project;
let graph: Graph;

beforeEach(() => {
  project = projectAt(fs.mkdtempSync(path.join(os.tmpdir(), "wg-mcp-")));
  graph = createGraph(project);
  for (const id of ["mine", "other", "last"]) addTask(graph, { id, title: `Do ${id}` }, now);
  for (const task of ["mine", "other"]) claimRun(graph, planOf(task), { service: "s", until: now }, now);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(project.root, { recursive: true });
});

function planOf(task: string): Plan {
  return {
    schemaVersion: 1,
    run: `r-${task}`,
    task,
    role: "worker",
    attempt: 1,
    project: project.root,
    cwd: project.root,
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

function server(env: Record<string, string>): ServerContext {
  return { withGraph: (step) => step(graph, project), env, now: () => now };
}
const person = () => server({});
const inRun = () => server({ WG_RUN: "r-mine", WG_TOKEN: giveToken(graph, "r-mine") });
const names = (of: ServerContext) => offeredTools(of).map((tool) => tool.name);

/** What a call answers, marked where it was refused. */
function say(of: ServerContext, name: string, args?: object): string {
  const { content, isError } = call(of, name, args);
  return `${isError ? "refused: " : ""}${content.map((part) => part.text).join("")}`;
}

function end(run: string): void {
  const result = {
    outcome: "done" as const,
    summary: "",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" as const },
    turns: 1,
    servedModels: [],
    servedBy: "requested-only" as const,
    denials: 0,
  };
  endRun(graph, run, result, now, { maxAttempts: 1 });
}

const all = ["list", "show", "status", "add", "edit", "log", "artifact", "done", "fail", "retry"];
const reading = ["list", "show", "status"];

describe("outside of a run", () => {
  it("every tool is offered, and a chat is no run", () => {
    expect(names(person())).toEqual(all);
    expect(names(server({ WG_CHAT: "c-1" }))).toEqual(all);
  });

  it("tasks are added, connected, moved and read", () => {
    const client = person();
    expect(say(client, "add", { title: "Check it", needs: ["last"], priority: 2 })).toBe(
      "added check-it; waits for last",
    );
    expect(say(client, "edit", { id: "last", needs: ["other"] })).toBe("changed last; waits for other");
    expect(say(client, "edit", { id: "last", drop_needs: ["other"] })).toBe("changed last; ready");
    expect(say(client, "log", { id: "last", message: "begun" })).toBe("noted");
    expect(say(client, "artifact", { id: "last", path: "src/x.ts" })).toBe("recorded src/x.ts");
    expect(say(client, "done", { id: "last", summary: "all of it" })).toBe(
      "last is done; ready now: check-it",
    );
    expect(say(client, "retry", { id: "last" })).toBe("opened last again; ready");
    expect(say(client, "fail", { id: "last", reason: "no way" })).toBe("last failed");
    expect(say(client, "list", { state: "blocked" })).toBe("check-it  blocked  Check it");
    expect(taskLog(graph, "last")[0]).toEqual({ at: now.toISOString(), by: "agent", message: "begun" });
    expect(say(client, "show", { id: "last" })).toContain("needed by: check-it (blocked)");
    expect(say(client, "show", { id: "last" })).toContain("reason: no way");
    expect(say(client, "status")).toBe(
      [
        "4 tasks: 1 blocked, 2 in-progress, 1 failed",
        "running:",
        "  mine  codex:gpt-5.5, profile codex",
        "  other  codex:gpt-5.5, profile codex",
        "failed:",
        "  last  no way",
      ].join("\n"),
    );
  });

  it("each tool says whether it reads, adds or changes", () => {
    const told = (name: string) => offeredTools(person()).find((tool) => tool.name === name)?.annotations;
    expect(told("show")).toEqual({ readOnlyHint: true });
    expect(told("add")).toEqual({ destructiveHint: false, openWorldHint: false });
    expect(told("edit")).toEqual({ openWorldHint: false });
  });

  it("what holds a task back is told with it", () => {
    holdTask(graph, "last", { kind: "gate", reason: "look first" }, now);
    expect(say(person(), "show", { id: "last" })).toBe(
      "last  needs-you  Do last\nheld back: needs you (look first)",
    );
  });

  it("a long list is cut, and says so", () => {
    for (let n = 0; n < 40; n++) addTask(graph, { title: `t ${n}` }, now);
    const lines = say(person(), "list").split("\n");
    expect(lines).toHaveLength(31);
    expect(lines.at(-1)).toBe("there are more; set state, tag or limit");
    expect(say(person(), "list", { limit: 2 }).split("\n")).toHaveLength(3);
    expect(say(person(), "list", { tag: "none" })).toBe("no tasks");
  });
});

describe("inside a run", () => {
  it("what is a run's own is offered, without an id to name", () => {
    const client = inRun();
    expect(names(client)).toEqual(["list", "show", "status", "add", "log", "artifact", "done", "fail"]);
    const log = offeredTools(client).find((tool) => tool.name === "log");
    expect(log?.inputSchema).toEqual({
      type: "object",
      properties: { message: { type: "string" } },
      required: ["message"],
    });
    expect(instructions(client)).toContain("You work on task mine.");
  });

  it("it logs, names files and reports, all on its own task", () => {
    const client = inRun();
    expect(say(client, "log", { message: "half way" })).toBe("noted");
    expect(say(client, "artifact", { path: "a.txt" })).toBe("recorded a.txt");
    expect(say(client, "done", { id: "mine", summary: "got there" })).toMatch(/^noted; /);
    expect(findRun(graph, "r-mine")?.reported).toEqual({ status: "done", message: "got there" });
    expect(say(client, "fail", { reason: "or not" })).toMatch(/^noted; /);
    expect(findRun(graph, "r-mine")?.reported).toEqual({ status: "failed", message: "or not" });
    expect(findTask(graph, "mine")?.status).toBe("in-progress");
    expect(artifacts(graph, "mine")).toMatchObject([{ path: "a.txt", run: "r-mine" }]);
    expect(taskLog(graph, "mine")[0]).toMatchObject({ by: "agent", run: "r-mine", message: "half way" });
  });

  it.each([
    ["log", { id: "other", message: "x" }],
    ["artifact", { id: "other", path: "x" }],
    ["done", { id: "last" }],
    ["fail", { id: "other", reason: "x" }],
  ])("%s on another task is refused", (name, args) => {
    const before = taskLog(graph, args.id).length;
    expect(say(inRun(), name, args)).toMatch(/^refused: \w+ is for your own task, "mine"\nhint: /);
    expect(taskLog(graph, args.id)).toHaveLength(before);
  });

  it.each(["edit", "retry"])("%s is refused", (name) => {
    expect(say(inRun(), name, { id: "mine" })).toMatch(/^refused: \w+ is not for a run\nhint: /);
  });

  it("a follow-up says which run added it", () => {
    expect(say(inRun(), "add", { title: "And this", needs: ["mine"] })).toBe(
      "added and-this; waits for mine",
    );
    expect(taskLog(graph, "and-this")).toMatchObject([
      { by: "agent", run: "r-mine", message: "added from task mine" },
    ]);
  });

  it("a report that is too long is refused, and the one before stays", () => {
    const client = inRun();
    say(client, "done", { summary: "short" });
    expect(say(client, "done", { summary: "x".repeat(16_001) })).toContain("refused: the message has 16001");
    expect(findRun(graph, "r-mine")?.reported).toEqual({ status: "done", message: "short" });
  });

  it("what was said to its task comes with the next answer, once, and to no other run", () => {
    sendMessage(graph, "mine", { by: "user", text: "use tabs" }, now);
    expect(say(server({ WG_RUN: "r-other", WG_TOKEN: giveToken(graph, "r-other") }), "list")).not.toContain(
      "tabs",
    );
    const client = inRun();
    expect(say(client, "log", { message: "x" })).toMatch(/^noted\n\nnew for you:\n.*\nuse tabs$/);
    expect(say(client, "log", { message: "x" })).toBe("noted");
  });
});

describe("a run that cannot prove itself", () => {
  const strangers: [string, () => ServerContext][] = [
    ["without a token", () => server({ WG_RUN: "r-mine" })],
    ["with a wrong token", () => server({ WG_RUN: "r-mine", WG_TOKEN: "x".repeat(32) })],
    ["with the token of another", () => server({ WG_RUN: "r-mine", WG_TOKEN: giveToken(graph, "r-other") })],
    ["that never was", () => server({ WG_RUN: "r-none", WG_TOKEN: giveToken(graph, "r-mine") })],
    [
      "that is over",
      () => {
        const token = giveToken(graph, "r-mine");
        end("r-mine");
        return server({ WG_RUN: "r-mine", WG_TOKEN: token });
      },
    ],
  ];

  it.each(strangers)("%s reads and changes nothing", (_, make) => {
    const client = make();
    expect(names(client)).toEqual(reading);
    expect(say(client, "show", { id: "last" })).toBe("last  ready  Do last");
    for (const name of all.filter((each) => !reading.includes(each))) {
      expect(say(client, name, { id: "last", title: "x", message: "x", reason: "x", path: "x" })).toBe(
        `refused: ${name} needs the token of a run that is in flight\n` +
          "hint: this run is over, or WG_TOKEN did not reach the server; what reads still answers",
      );
    }
    expect(findTask(graph, "last")?.status).toBe("open");
  });

  it("that ends while its server lives is one from then on", () => {
    const client = inRun();
    expect(say(client, "log", { message: "x" })).toBe("noted");
    end("r-mine");
    expect(say(client, "log", { message: "x" })).toMatch(/^refused: log needs the token/);
  });
});

describe("what a client sends", () => {
  it.each([
    ["show", {}, "show: id is missing"],
    ["show", { id: 7 }, "show: id is not a text"],
    ["show", { id: "mine", more: 1 }, 'show: there is no "more"'],
    ["list", { state: "open" }, "list: state is not one of ready, blocked,"],
    ["list", { limit: 1.5 }, "list: limit is not a whole number"],
    ["add", { title: "x", needs: "mine" }, "add: needs is not a list of texts"],
    ["add", { title: "x", exec: "rm -r ." }, 'add: there is no "exec"'],
    ["add", { title: "x", verify: "true" }, 'add: there is no "verify"'],
    ["add", { title: "x", needs: ["nowhere"] }, 'there is no task "nowhere"'],
    ["add", { title: "" }, "a task needs a title"],
    ["add", { title: "x".repeat(301) }, "the title has 301 characters"],
    ["fail", { id: "last", reason: "x".repeat(16_001) }, "the message has 16001 characters"],
    ["edit", { id: "last" }, "edit: nothing to change was given"],
    ["show", { id: "mien" }, 'there is no task "mien"\nhint: did you mean mine?'],
    ["nix", {}, 'there is no tool "nix"\nhint: there are list, show,'],
    ["constructor", {}, 'there is no tool "constructor"'],
  ])("%s %j is refused with a hint, as an answer", (name, args, text) => {
    expect(say(person(), name, args)).toContain(`refused: ${text}`);
  });

  it("resources tell the graph and each task", () => {
    expect(readResource(person(), "wg://graph")).toContain("3 tasks: 1 ready, 2 in-progress");
    expect(readResource(inRun(), "wg://graph")).toContain("you: task mine, run r-mine");
    expect(readResource(person(), "wg://task/mine")).toContain("mine  in-progress  Do mine");
    expect(() => readResource(person(), "wg://task/none")).toThrow(/no task/);
    expect(() => readResource(person(), "file:///etc/passwd")).toThrow(/there are wg:/);
  });
});
