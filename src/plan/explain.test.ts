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
