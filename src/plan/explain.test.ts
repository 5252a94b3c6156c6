// Each value of a plan is told with its origin, and what would be chosen now beside it.
import { describe, expect, it } from "vitest";
import type { Plan } from "../graph/plan.ts";
import type { Chosen } from "./choose.ts";
import { reasonsOf } from "./explain.ts";

const chosen: Chosen = {
  profile: "claude",
  revision: "0123456789ab",
  route: { handler: "claude", model: "opus" },
  env: { REGION: "north", TOKEN: { ref: "env:MY_TOKEN" } },
  permissions: "workspace",
  limits: { timeoutMs: 7_200_000, hangAfterMs: 600_000, maxTurns: 100 },
  onModelMismatch: "warn",
  origins: {
    profile: "global /h/active-profile:1",
    "agent.model": "profile /h/profiles/claude.toml:4",
    "agent.permissions": "project /p/.wg/config.toml:2",
    "env.REGION": "profile /h/profiles/claude.toml:9",
    "handlers.claude.env.TOKEN": "profile /h/profiles/claude.toml:12",
  },
};
const plan: Plan = {
  schemaVersion: 1,
  run: "r-1",
  task: "a",
  role: "worker",
  attempt: 1,
  project: "/p",
  cwd: "/p",
  prompt: "do it",
  ...chosen,
};
const reason = (name: string, now?: Chosen) => reasonsOf(plan, now).find((each) => each.name === name);

describe("the reasons of a plan", () => {
  it("name the layer, file and line of what a setting decided", () => {
    expect(reason("route")).toMatchObject({
      was: "claude:opus",
      origin: "profile /h/profiles/claude.toml:4",
    });
    expect(reason("permissions")).toMatchObject({ origin: "project /p/.wg/config.toml:2" });
    expect(reason("profile")).toMatchObject({ was: "claude", origin: "global /h/active-profile:1" });
  });

  it("tell pins by their kind, and the nearer origin of a variable that is pinned twice", () => {
    expect(reason("env REGION")).toMatchObject({
      was: "a literal",
      origin: "profile /h/profiles/claude.toml:9",
    });
    expect(reason("env TOKEN")).toMatchObject({
      was: "from env:MY_TOKEN",
      origin: "profile /h/profiles/claude.toml:12",
    });
  });

  it("tell limits as they are written in settings", () => {
    expect([reason("timeout")?.was, reason("hang after")?.was]).toEqual(["2h", "10m"]);
  });

  it("tell what it may spend, for all and on its profile, and what that would be now", () => {
    const limits = [
      { of: "task" as const, usd: 5 },
      { of: "day" as const, usd: 20.5, profile: "claude", since: "2026-11-23T00:00:00Z" },
    ];
    const origins = { "budget.task": "global /h/config.toml:2", "budget.day": "profile /h/claude.toml:3" };
    const planned = { ...plan, origins, budget: { limits, prices: {} } };
    const told = reasonsOf(planned, chosen, { all: { task: 7 }, profile: { day: 20.5 } });
    expect(told.filter(({ name }) => name.startsWith("budget"))).toEqual([
      { name: "budget of a task", was: "$5", origin: "global /h/config.toml:2", now: "$7", changed: true },
      {
        name: "budget of a day on claude",
        was: "$20.5",
        origin: "profile /h/claude.toml:3",
        now: "$20.5",
        changed: false,
      },
    ]);
  });

  it("tell what a person has approved in place of the budgets", () => {
    const limits = [{ of: "approval" as const, usd: 3 }];
    const planned = { ...plan, budget: { limits, prices: {} } };
    const told = reasonsOf(planned, chosen, { all: { task: 7 }, profile: {} });
    expect(told.at(-1)).toEqual({ name: "approved", was: "$3", now: "$3", changed: false });
  });

  it("tell a task's own wish from a setting", () => {
    const origins = { "task.model": "task a" };
    expect(reasonsOf({ ...plan, origins }, undefined).find(({ name }) => name === "route")?.origin).toBe(
      "task a",
    );
  });

  it("say what would be chosen now, and mark exactly what differs", () => {
    const now: Chosen = {
      ...chosen,
      profile: "codex",
      route: { handler: "codex", model: "gpt-5.5" },
      env: { REGION: "south" },
    };
    const changed = reasonsOf(plan, now).filter((each) => each.changed);
    expect(changed.map(({ name, now: later }) => [name, later])).toEqual([
      ["profile", "codex"],
      ["route", "codex:gpt-5.5"],
      ["env REGION", "a literal"],
      ["env TOKEN", undefined],
    ]);
    expect(reasonsOf(plan, chosen).some((each) => each.changed)).toBe(false);
  });
});
