// A plan holds what settings, task and needs say, and says where each part came from.
import { describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { agencyOf } from "../config/agency.ts";
import type { Setting, Settings } from "../config/settings.ts";
import type { Plan } from "../graph/plan.ts";
import type { Task } from "../graph/task.ts";
import { planRun, type Work } from "./plan.ts";

const project = projectAt("/p");
const task: Task = {
  id: "build-docs",
  title: "Build the docs",
  description: "All of them.",
  status: "open",
  priority: 0,
  tags: [],
  needs: [],
  blockers: 0,
  attempts: 0,
  createdAt: "2026-11-23T00:00:00.000Z",
};
const settings: Settings = {
  active: { name: "wgnext", origin: { layer: "global", source: "/h/active-profile", line: 1 }, shadows: [] },
  bundle: {
    agent: { model: { handler: "nex", model: "qwen3" } },
    dispatcher: {},
    tiers: { fast: { handler: "codex", model: "mini" } },
    models: {},
    endpoints: [
      { name: "here", provider: "oai-compat", url: "http://h:1", keyRef: "env:KEY", isDefault: true },
    ],
    env: { A: "all", B: "all" },
    handlerEnv: { nex: { B: "nex" }, codex: { C: { ref: "env:C" } } },
    fallback: [],
  },
  general: {
    agent: {
      permissions: "workspace",
      mcp: "auto",
      timeoutMs: 7,
      hangAfterMs: 5,
      maxTurns: 3,
      maxAttempts: 2,
    },
    service: { maxAgents: 4 },
    failover: { probation: 3 },
    modelMismatch: "fail",
    worktrees: { use: "auto", merge: "auto", setup: "npm ci" },
    handlerCommand: { codex: "/opt/codex" },
    budgets: { all: {}, profile: {} },
    prices: {},
    agency: agencyOf(() => undefined),
    notify: { events: [], template: "json" },
  },
  hidden: new Map(),
  values: new Map<string, Setting>([
    [
      "agent.model",
      {
        key: "agent.model",
        value: "local:qwen3",
        origin: { layer: "profile", source: "/h/profiles/wgnext.toml", line: 4 },
        shadows: [],
      },
    ],
  ]),
  revision: "0123456789ab",
};
const plan = (more: Partial<Work> = {}) =>
  planRun({ run: "r-1", task, needs: [], messages: [], ...more }, settings, project);

describe("a plan", () => {
  it("of a task with a program of its own is made only where the settings name that program", () => {
    const own = { ...task, model: "acp:opencode acp#big" };
    expect(() => plan({ task: own })).toThrow(/wgnext does not name it/);
    const tiers = { agents: { handler: "acp" as const, model: "", command: "opencode acp" } };
    const named = { ...settings, bundle: { ...settings.bundle, tiers } };
    const made = planRun({ run: "r-1", task: own, needs: [], messages: [] }, named, project);
    expect(made.route).toEqual({ handler: "acp", model: "big", command: "opencode acp" });
    expect(made).not.toHaveProperty("endpoint");
  });

  it("holds everything the run needs", () => {
    expect(plan({ task: { ...task, verify: "make check" } })).toEqual({
      schemaVersion: 1,
      run: "r-1",
      task: "build-docs",
      role: "worker",
      attempt: 1,
      project: "/p",
      cwd: "/p",
      profile: "wgnext",
      revision: "0123456789ab",
      route: { handler: "nex", model: "qwen3" },
      endpoint: { name: "here", provider: "oai-compat", url: "http://h:1", keyRef: "env:KEY" },
      env: { A: "all", B: "nex" },
      permissions: "workspace",
      limits: { timeoutMs: 7, hangAfterMs: 5, maxTurns: 3 },
      maxAttempts: 2,
      onModelMismatch: "fail",
      verify: "make check",
      prompt: expect.stringContaining("All of them."),
      origins: expect.objectContaining({ "agent.model": "profile /h/profiles/wgnext.toml:4" }),
    });
  });

  it("takes the task's own model before its tier, and the tier before agent.model", () => {
    const own = plan({ task: { ...task, model: "claude:opus", tier: "fast" } });
    expect(own.route).toEqual({ handler: "claude", model: "opus" });
    expect(own.origins["task.model"]).toBe("task build-docs");
    const tier = plan({ task: { ...task, tier: "fast" } });
    expect(tier).toMatchObject({
      route: { handler: "codex", model: "mini" },
      command: "/opt/codex",
      env: { A: "all", B: "all", C: { ref: "env:C" } },
    });
    expect(tier.endpoint).toBeUndefined();
  });

  it("of a task with a command runs that command, on no model and no endpoint", () => {
    const shell = plan({ task: { ...task, exec: "make docs", model: "claude:opus" } });
    expect(shell).toMatchObject({
      route: { handler: "shell", model: "" },
      exec: "make docs",
      prompt: "make docs",
    });
    expect(shell.endpoint).toBeUndefined();
  });

  it("without commands has wg's tools to report by, unless they are switched off", () => {
    const withPermissions = (permissions: "read-only" | "workspace", mcp: "auto" | "off") => {
      const agent = { ...settings.general.agent, permissions, mcp };
      const changed = { ...settings, general: { ...settings.general, agent } };
      return (model: string) =>
        planRun({ run: "r-1", task: { ...task, model }, needs: [], messages: [] }, changed, project);
    };
    const reads = withPermissions("read-only", "auto");
    for (const model of ["claude:opus", "codex:gpt-5.5"]) {
      expect(reads(model)).toMatchObject({ mcp: true, prompt: expect.stringContaining("MCP server `wg`") });
      expect(reads(model).prompt).not.toContain("wg done");
    }
    const others = [
      reads("local:qwen3"),
      withPermissions("read-only", "off")("claude:opus"),
      withPermissions("workspace", "auto")("claude:opus"),
    ];
    for (const made of others) {
      expect(made).not.toHaveProperty("mcp");
      expect(made.prompt).toContain("`wg done build-docs`");
    }
  });

  it("in a repository is for a worktree of the task's own, in the project's folder of it", () => {
    const repository = { top: "/r", prefix: "p", head: "f".repeat(40), branch: "main" };
    expect(plan({ repository })).toMatchObject({
      project: "/p",
      cwd: "/p/.wg/worktrees/build-docs/p",
      worktree: {
        folder: "/p/.wg/worktrees/build-docs",
        branch: "wg/build-docs",
        repository: "/r",
        from: repository.head,
        target: "main",
        merge: "auto",
        title: "Build the docs",
        setup: "npm ci",
      },
      prompt: expect.stringContaining("Work in the project folder /p/.wg/worktrees/build-docs/p"),
    });
    const { branch: _, ...detached } = repository;
    expect(plan({ repository: detached }).worktree).not.toHaveProperty("target");
  });

  it("has no worktree where that is switched off, nor for a run that only reads", () => {
    const repository = { top: "/p", prefix: "", head: "f".repeat(40), branch: "main" };
    const work = { run: "r-1", task, needs: [], messages: [], repository };
    const { general } = settings;
    const off = { ...general, worktrees: { ...general.worktrees, use: "off" as const } };
    const reads = { ...general, agent: { ...general.agent, permissions: "read-only" as const } };
    for (const changed of [off, reads]) {
      const made = planRun(work, { ...settings, general: changed }, project);
      expect(made.cwd).toBe("/p");
      expect(made).not.toHaveProperty("worktree");
    }
  });

  it("is refused for a local model that no endpoint serves", () => {
    const none = { ...settings, bundle: { ...settings.bundle, endpoints: [] } };
    expect(() => planRun({ run: "r-1", task, needs: [], messages: [] }, none, project)).toThrowError(
      expect.objectContaining({ code: "no-endpoint" }),
    );
  });

  it("is refused for a task whose own model is none", () => {
    expect(() => plan({ task: { ...task, model: "opus" } })).toThrowError(
      expect.objectContaining({ code: "bad-route" }),
    );
  });

  it("counts the attempt and tells the agent how the last one ended", () => {
    const second = plan({ task: { ...task, attempts: 1 }, lastFailure: "the tests were red" });
    expect(second.attempt).toBe(2);
    expect(second.prompt).toContain("the tests were red");
  });

  it("repeats what settings decided for an earlier run, and nothing else of it", () => {
    const before: Plan = {
      ...plan(),
      run: "r-0",
      profile: "codex",
      revision: "ffffffffffff",
      route: { handler: "codex", model: "gpt-5.5" },
      env: { D: "then" },
      permissions: "full",
      command: "/old/codex",
      prompt: "then",
    };
    const { endpoint: _, ...withoutEndpoint } = before;
    const again = plan({ task: { ...task, attempts: 1 }, samePlan: withoutEndpoint });
    expect(again).toMatchObject({
      run: "r-1",
      attempt: 2,
      profile: "codex",
      revision: "ffffffffffff",
      route: { handler: "codex", model: "gpt-5.5" },
      env: { D: "then" },
      permissions: "full",
      command: "/old/codex",
    });
    expect(again.endpoint).toBeUndefined();
    expect(again.prompt).toContain("Build the docs");
    expect(again.origins["same-profile"]).toBe("run r-0");
  });

  it("says base when no profile is active", () => {
    const { name: _, ...active } = settings.active;
    const base = { ...settings, active: { ...active, name: undefined } };
    expect(planRun({ run: "r-1", task, needs: [], messages: [] }, base, project).profile).toBe("base");
  });
});
