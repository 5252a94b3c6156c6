// Which route each role takes and which endpoint serves it, row by row of the cascade; and bundles that cannot work.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { type Role, roles } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import { endpointFor, routeFor, type TaskChoice } from "./cascade.ts";
import { defaultLayer, fileLayer } from "./layers.ts";
import { resolve } from "./resolve.ts";
import type { Bundle } from "./settings.ts";

function bundle(text: string): Bundle {
  const origin = { layer: "global", source: "/pointer" } as const;
  const layers = [defaultLayer(), fileLayer("profile", "/p.toml", text)];
  return resolve({ active: { name: "p", origin, shadows: [] }, layers, extendsBase: false }).bundle;
}

function refusal(text: string): WgError {
  try {
    bundle(text);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function decided(text: string, role: Role, task?: TaskChoice): string {
  const { route, key } = routeFor(bundle(text), role, task);
  return `${routeText(route)} by ${key}`;
}

const model = 'agent.model = "claude:agent"\n';
const dispatcher = 'dispatcher.model = "claude:dispatcher"\n';
const fast = 'tiers.fast = "claude:fast"\n';
const own = (role: string) => `models.${role}.model = "claude:${role}"\n`;
const server = (name: string, provider: string, more = "") =>
  `[[llm_endpoints.endpoints]]\nname = "${name}"\nprovider = "${provider}"\nurl = "http://${name}"\n${more}`;

describe("the route of a role", () => {
  it("is agent.model for every role when nothing else is set", () => {
    for (const role of roles) expect(decided(model, role)).toBe("claude:agent by agent.model");
  });

  it("of a worker: the task's model, then its tier, then agent.model", () => {
    const text = model + fast + dispatcher + own("chat");
    expect(decided(text, "worker", { model: "codex:x", tier: "fast" })).toBe("codex:x by task.model");
    expect(decided(text, "worker", { tier: "fast" })).toBe("claude:fast by tiers.fast");
    expect(decided(text, "worker")).toBe("claude:agent by agent.model");
  });

  it("of a worker whose tier this profile does not have falls through, also for a tier named like a built-in", () => {
    for (const tier of ["slow", "constructor", "toString"]) {
      expect(decided(model + fast, "worker", { tier })).toBe("claude:agent by agent.model");
    }
  });

  it.each(["assigner", "evaluator", "flip"] as const)(
    "of %s: its own, tiers.fast, dispatcher, agent",
    (role) => {
      expect(decided(model + dispatcher + fast + own(role), role)).toBe(
        `claude:${role} by models.${role}.model`,
      );
      expect(decided(model + dispatcher + fast, role)).toBe("claude:fast by tiers.fast");
      expect(decided(model + dispatcher, role)).toBe("claude:dispatcher by dispatcher.model");
      expect(decided(model, role)).toBe("claude:agent by agent.model");
    },
  );

  it("of a chat: its own, then agent.model; of the dispatcher: its own, then agent.model", () => {
    expect(decided(model + dispatcher + fast + own("chat"), "chat")).toBe("claude:chat by models.chat.model");
    expect(decided(model + dispatcher + fast, "chat")).toBe("claude:agent by agent.model");
    expect(decided(model + dispatcher + fast, "dispatcher")).toBe("claude:dispatcher by dispatcher.model");
  });

  it("only a worker listens to a task", () => {
    expect(decided(model, "evaluator", { model: "codex:x", tier: "fast" })).toBe(
      "claude:agent by agent.model",
    );
  });
});

describe("the endpoint of a route", () => {
  const claude = { handler: "claude", model: "a" } as const;
  const nameOf = (text: string, role: Role = "worker") =>
    endpointFor(bundle(model + text), role, claude)?.name;

  it("is the role's own, then the default that fits, then the only one that fits, then none", () => {
    const two = server("a", "anthropic") + server("b", "anthropic");
    const marked = server("a", "anthropic") + server("b", "anthropic", "is_default = true\n");
    expect(nameOf(`models.worker.endpoint = "a"\n${marked}`)).toBe("a");
    expect(nameOf(marked)).toBe("b");
    expect(nameOf(server("a", "anthropic") + server("o", "openai", "is_default = true\n"))).toBe("a");
    expect(nameOf(two)).toBeUndefined();
    expect(nameOf(server("o", "openai", "is_default = true\n"))).toBeUndefined();
    expect(nameOf("")).toBeUndefined();
  });

  it("of one role says nothing about another", () => {
    const text = `models.chat.endpoint = "a"\n${server("a", "anthropic")}${server("b", "anthropic", "is_default = true\n")}`;
    expect([nameOf(text, "chat"), nameOf(text, "worker")]).toEqual(["a", "b"]);
  });

  it("passes over the role's own where a task's route cannot talk to it", () => {
    const text = `${model}models.worker.endpoint = "a"\n${server("a", "anthropic")}${server("o", "openai")}`;
    expect(endpointFor(bundle(text), "worker", { handler: "codex", model: "x" })?.name).toBe("o");
  });

  it("of a command is none", () => {
    expect(
      endpointFor(bundle(model + server("a", "anthropic")), "worker", { handler: "shell", model: "" }),
    ).toBeUndefined();
  });
});

describe("a bundle that cannot work is refused", () => {
  it("where a role names an endpoint that is not there", () => {
    const text = `${model}models.chat.endpoint = "defualt"\n${server("default", "anthropic")}`;
    expect(refusal(text)).toMatchObject({
      code: "unknown-endpoint",
      hint: "did you mean default?",
      at: { path: "/p.toml", line: 2 },
    });
  });

  it("where a role names an endpoint its handler cannot talk to", () => {
    const text = `${model}models.chat.endpoint = "o"\n${server("o", "openai")}`;
    expect(refusal(text)).toMatchObject({
      code: "endpoint-misfit",
      message: 'models.chat.endpoint is "o", a server for openai, but chat runs claude:agent',
      at: { line: 2 },
    });
  });

  it.each([
    ["the worker", 'agent.model = "local:q"\n', 1],
    ["a role", `${model}models.flip.model = "nex:q"\n`, 2],
    ["a tier", `${model}tiers.slow = "local:q"\n`, 2],
  ])("where %s is local: and no endpoint fits", (_, text, line) => {
    const error = refusal(text + server("a", "anthropic"));
    expect(error).toMatchObject({ code: "no-endpoint", at: { line } });
    expect(error.message).toContain("local: routes need an endpoint");
  });

  it("where local: could go to two servers and neither is the default", () => {
    const error = refusal(
      `agent.model = "local:q"\n${server("a", "oai-compat")}${server("b", "oai-compat")}`,
    );
    expect(error.message).toBe("local:q could go to a, b, and none is the default");
  });
});
