// How a server does is told from the newest of what is known of it, and of that only what concerns the server.
import { expect, it } from "vitest";
import type { Role } from "../base/role.ts";
import { parseRoute } from "../base/route.ts";
import type { Bundle } from "../config/settings.ts";
import type { LastAnswer } from "../graph/tally.ts";
import { healthOf } from "./health.ts";

const bundle: Bundle = {
  agent: { model: parseRoute("local:qwen") },
  dispatcher: {},
  tiers: {},
  models: { chat: { model: parseRoute("claude:opus") }, flip: { model: parseRoute("local:small") } },
  endpoints: [{ name: "here", provider: "oai-compat", url: "http://h/v1", isDefault: true }],
  env: {},
  handlerEnv: {},
  fallback: [],
};
const answer = (more: Partial<LastAnswer>): LastAnswer => ({
  ...{ handler: "nex", url: "http://h/v1", run: "r-1", at: "2026-11-23T12:00:00.000Z", outcome: "done" },
  ...more,
});
const state = (answers: LastAnswer[], check?: Parameters<typeof healthOf>[2]) =>
  healthOf(bundle, answers, check, () => undefined).map(({ name, state }) => `${name} ${state}`);

it("each server is named once, with the roles and routes that go there", () => {
  const [here, claude] = healthOf(bundle, [], undefined, () => undefined);
  expect(here).toMatchObject({ name: "here", url: "http://h/v1", routes: ["local:qwen", "local:small"] });
  expect(here?.roles).not.toContain("chat");
  expect(claude).toMatchObject({ name: "claude login", roles: ["chat"], state: "unknown" });
});

it.each<[Partial<LastAnswer>, string]>([
  [{}, "good"],
  [{ outcome: "failed", failure: "agent" }, "good"],
  [{ outcome: "failed", failure: "quota" }, "bad"],
  [{ outcome: "failed", failure: "unreachable" }, "bad"],
  [{ outcome: "lost", failure: "killed" }, "unknown"],
  [{ url: "http://elsewhere/v1" }, "unknown"],
  [{ handler: "claude" }, "unknown"],
])("after a run with %j its server is %s", (more, expected) => {
  expect(state([answer(more)])[0]).toBe(`here ${expected}`);
});

it("a newer check that came out well counts more than an older run; one that did not leaves the run its word", () => {
  const bad = answer({ outcome: "failed", failure: "unreachable" });
  const [later, earlier] = ["2026-11-23T12:30:00.000Z", "2026-11-23T11:00:00.000Z"];
  expect(state([bad], { at: later, verdict: "yes" })[0]).toBe("here good");
  expect(state([bad], { at: earlier, verdict: "yes" })[0]).toBe("here bad");
  expect(state([answer({})], { at: later, verdict: "no" })).toEqual(["here good", "claude login unknown"]);
});

it("a check that came out badly counts where there is one server alone", () => {
  const one: Bundle = { ...bundle, models: {} };
  const check = { at: "2026-11-23T12:30:00.000Z", verdict: "no" } as const;
  expect(healthOf(one, [answer({})], check, () => undefined)).toMatchObject([{ state: "bad" }]);
});

it("a server that is left alone is bad, whatever was last heard of it", () => {
  const cooling = { why: "quota", until: "2026-11-23T13:00:00.000Z" } as const;
  const coolingOf = (role: Role) => (role === "worker" ? cooling : undefined);
  expect(healthOf(bundle, [answer({})], undefined, coolingOf)[0]).toMatchObject({ state: "bad", cooling });
});
