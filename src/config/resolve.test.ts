// Layers become settings: origins, shadows, and the bundle as a unit.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { defaultLayer, envLayer, fileLayer, flagLayer, type Layer } from "./layers.ts";
import { resolve } from "./resolve.ts";
import { definitions } from "./schema.ts";
import { type ActiveProfile, layerKinds, type Settings } from "./settings.ts";

const base: ActiveProfile = {
  name: undefined,
  origin: { layer: "default", source: "built in" },
  shadows: [],
};
const codex: ActiveProfile = {
  name: "codex",
  origin: { layer: "global", source: "/h/.wg/active-profile" },
  shadows: [],
};

const globalFile = (text: string) => fileLayer("global", "/h/.wg/config.toml", text);
const projectFile = (text: string) => fileLayer("project", "/p/.wg/config.toml", text);
const profileFile = (text: string, name = "codex") =>
  fileLayer("profile", `/h/.wg/profiles/${name}.toml`, text);

function settle(layers: Layer[], extendsBase = false): Settings {
  const active = layers.some((layer) => layer.kind === "profile") ? codex : base;
  return resolve({ active, layers: [defaultLayer(), ...layers], extendsBase });
}

function refusal(act: () => unknown): WgError {
  try {
    act();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("layers", () => {
  it("with no file at all the worker runs claude:opus, and the origin says that it is built in", () => {
    const settings = settle([]);
    expect(settings.bundle.agent.model).toEqual({ handler: "claude", model: "opus" });
    expect(settings.values.get("agent.model")?.origin.layer).toBe("default");
    expect(settings.general.agent).toEqual({
      permissions: "workspace",
      mcp: "auto",
      timeoutMs: 7_200_000,
      hangAfterMs: 600_000,
      maxTurns: 100,
      maxAttempts: 3,
    });
  });

  it("the project file beats the global one, and the value says what it shadows, with lines", () => {
    const settings = settle([
      globalFile('# mine\n[agent]\nmodel = "claude:sonnet"\n'),
      projectFile('[agent]\nmodel = "codex:gpt-5.5"\n'),
    ]);
    expect(settings.values.get("agent.model")).toEqual({
      key: "agent.model",
      value: "codex:gpt-5.5",
      origin: { layer: "project", source: "/p/.wg/config.toml", line: 2 },
      shadows: [
        { value: "claude:sonnet", origin: { layer: "global", source: "/h/.wg/config.toml", line: 3 } },
        { value: "claude:opus", origin: { layer: "default", source: "built in" } },
      ],
    });
  });

  it("tables merge by key, lists replace whole", () => {
    const list = (name: string) =>
      `[[llm_endpoints.endpoints]]\nname = "${name}"\nprovider = "openai"\nurl = "http://${name}"\n`;
    const settings = settle([
      globalFile(`[tiers]\nfast = "claude:haiku"\n[env]\nA = "1"\n${list("one")}`),
      projectFile(`[tiers]\nslow = "claude:opus"\n[env]\nB = "2"\n${list("two")}`),
    ]);
    expect(Object.keys(settings.bundle.tiers)).toEqual(["fast", "slow"]);
    expect(settings.bundle.env).toEqual({ A: "1", B: "2" });
    expect(settings.bundle.endpoints.map(({ name }) => name)).toEqual(["two"]);
  });

  it("a variable beats the files and a flag beats the variable", () => {
    const layers = [globalFile("[service]\nmax_agents = 2\n"), envLayer({ WG_SERVICE_MAX_AGENTS: "5" })];
    expect(settle(layers).general.service.maxAgents).toBe(5);
    expect(settle(layers).values.get("service.max_agents")?.origin).toEqual({
      layer: "env",
      source: "WG_SERVICE_MAX_AGENTS",
    });
    expect(settle([...layers, flagLayer({ "service.max_agents": "8" })]).general.service.maxAgents).toBe(8);
  });

  it("an empty variable sets nothing", () => {
    expect(envLayer({ WG_AGENT_MODEL: "" }).values.size).toBe(0);
  });

  it("a variable for a role's model is read", () => {
    const settings = settle([envLayer({ WG_MODELS_EVALUATOR_MODEL: "claude:haiku" })]);
    expect(settings.bundle.models.evaluator?.model).toEqual({ handler: "claude", model: "haiku" });
  });
});

describe("a profile", () => {
  it("replaces the bundle as a unit: bundle keys below it are hidden, not merged", () => {
    const settings = settle([
      globalFile('[agent]\nmodel = "claude:opus"\ntimeout = "1h"\n[tiers]\nfast = "claude:haiku"\n'),
      projectFile('[models.evaluator]\nmodel = "claude:sonnet"\n'),
      profileFile('[agent]\nmodel = "codex:gpt-5.5"\n'),
    ]);
    expect(settings.bundle.tiers).toEqual({});
    expect(settings.bundle.models).toEqual({});
    expect(settings.general.agent.timeoutMs).toBe(3_600_000);
    expect([...settings.hidden.keys()]).toEqual(["tiers.fast", "models.evaluator.model"]);
    expect(settings.values.get("agent.model")?.shadows.map(({ origin }) => origin.layer)).toEqual([
      "global",
      "default",
    ]);
  });

  it("that extends the base lets the base's bundle through below itself", () => {
    const files = [globalFile('[tiers]\nfast = "claude:haiku"\n'), profileFile('extends = "base"\n')];
    const settings = settle(files, true);
    expect(settings.bundle.agent.model.model).toBe("opus");
    expect(settings.bundle.tiers["fast"]?.model).toBe("haiku");
  });

  it("made of a chain takes each value from the topmost file that has it, with that file as origin", () => {
    const settings = settle([
      profileFile('description = "low"\n[agent]\nmodel = "codex:a"\n[tiers]\nfast = "codex:b"\n', "low"),
      profileFile('description = "top"\nextends = "low"\n[agent]\nmodel = "codex:c"\n', "top"),
    ]);
    expect(settings.bundle.agent.model.model).toBe("c");
    expect(settings.values.get("tiers.fast")?.origin.source).toBe("/h/.wg/profiles/low.toml");
    expect(settings.values.get("description")).toMatchObject({ value: "top", shadows: [] });
  });

  it("does not inherit the description of what it extends", () => {
    const settings = settle([
      profileFile('description = "low"\n[agent]\nmodel = "codex:a"\n', "low"),
      profileFile('extends = "low"\n', "top"),
    ]);
    expect(settings.values.has("description")).toBe(false);
  });

  it("without agent.model is refused, also where a variable would give one", () => {
    const error = refusal(() => settle([profileFile("[tiers]\n"), envLayer({ WG_AGENT_MODEL: "codex:x" })]));
    expect(error).toMatchObject({ code: "no-model", at: { path: "/h/.wg/profiles/codex.toml" } });
    expect(error.hint).toContain("extends");
  });

  it("is overridden key by key by a variable, which says so", () => {
    const settings = settle([
      profileFile('[agent]\nmodel = "codex:a"\n'),
      envLayer({ WG_AGENT_MODEL: "claude:sonnet" }),
    ]);
    expect(settings.values.get("agent.model")).toMatchObject({
      value: "claude:sonnet",
      origin: { layer: "env", source: "WG_AGENT_MODEL" },
      shadows: [{ value: "codex:a" }, { value: "claude:opus" }],
    });
  });
});

describe("the revision", () => {
  const revision = (...texts: string[]) => settle([profileFile(texts.join("\n"))]).revision;

  it("is twelve hex digits and names the bundle, not the file: comments, order and description do not count", () => {
    const one = revision('[agent]\nmodel = "codex:a"\n[tiers]\nfast = "codex:b"\nslow = "codex:c"');
    const other = revision(
      '# hello\ndescription = "x"\n[tiers]\nslow = "codex:c"\nfast = "codex:b"\n[agent]\nmodel = "codex:a"',
    );
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(other).toBe(one);
  });

  it("changes with any value of the bundle and with no general setting", () => {
    const model = '[agent]\nmodel = "codex:a"\n';
    const others = [`${model}[env]\nA = "1"`, `${model}[env]\nA = "2"`, '[agent]\nmodel = "codex:b"'];
    expect(new Set([model, ...others].map((text) => revision(text))).size).toBe(4);
    const withTimeout = settle([globalFile('[agent]\ntimeout = "1h"\n'), profileFile(model)]);
    expect(withTimeout.revision).toBe(revision(model));
  });
});

describe("any layers at all", () => {
  const sample: Record<string, fc.Arbitrary<string>> = {
    "agent.model": fc.constantFrom('"claude:a"', '"codex:b"'),
    "dispatcher.model": fc.constantFrom('"claude:c"', '"codex:d"'),
    "tiers.fast": fc.constantFrom('"claude:e"', '"codex:f"'),
    "env.A": fc.constantFrom('"1"', '"2"', '{ ref = "env:X" }'),
    "agent.timeout": fc.constantFrom('"1h"', '"2h"'),
    "service.max_agents": fc.constantFrom("1", "2"),
  };
  const scopeOf = (key: string) =>
    definitions.find((each) => each.key === key || each.key.startsWith(`${key.split(".")[0]}.<`))?.scope;
  const fileOf = (kind: "global" | "project" | "profile") =>
    fc
      .record(
        Object.fromEntries(
          Object.entries(sample).filter(([key]) => kind !== "profile" || scopeOf(key) === "bundle"),
        ),
        { requiredKeys: kind === "profile" ? ["agent.model"] : [] },
      )
      .map((keys) =>
        fileLayer(
          kind,
          `/${kind}.toml`,
          Object.entries(keys)
            .map(([key, value]) => `${key} = ${value}\n`)
            .join(""),
        ),
      );
  const variables = fc.record(
    { WG_AGENT_MODEL: fc.constant("codex:env"), WG_AGENT_TIMEOUT: fc.constant("3h") },
    { requiredKeys: [] },
  );
  const layersOf = fc.record({
    global: fc.option(fileOf("global"), { nil: undefined }),
    project: fc.option(fileOf("project"), { nil: undefined }),
    profile: fc.option(fileOf("profile"), { nil: undefined }),
    env: variables.map((env) => envLayer(env)),
    extendsBase: fc.boolean(),
  });

  it("each value has the origin of the highest layer that set it, and what is below is shadowed or hidden", () => {
    fc.assert(
      fc.property(layersOf, ({ extendsBase, ...parts }) => {
        const layers = [defaultLayer(), ...Object.values(parts)].filter((layer) => layer !== undefined);
        const settings = resolve({ active: base, layers, extendsBase });
        const replaces = parts.profile !== undefined && !extendsBase;
        for (const key of Object.keys(sample)) {
          const setting = layers.filter((layer) => layer.values.has(key));
          const order = layerKinds
            .toReversed()
            .filter((kind) => setting.some((layer) => layer.kind === kind));
          const inForce = order.filter(
            (kind) => !(replaces && scopeOf(key) === "bundle" && layerKinds.indexOf(kind) < 3),
          );
          const found = settings.values.get(key);
          expect(found?.origin.layer).toBe(inForce[0]);
          const below = (found?.shadows ?? settings.hidden.get(key) ?? []).map(({ origin }) => origin.layer);
          expect(below).toEqual(found ? order.slice(1) : order);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("with a profile active the bundle depends on the profile and what is above it alone", () => {
    fc.assert(
      fc.property(layersOf, fileOf("profile"), ({ global, project, env }, profile) => {
        const below = [defaultLayer(), global, project].filter((layer) => layer !== undefined);
        const whole = resolve({ active: codex, layers: [...below, profile, env], extendsBase: false });
        const alone = resolve({
          active: codex,
          layers: [defaultLayer(), profile, env],
          extendsBase: false,
        });
        expect(whole.bundle).toEqual(alone.bundle);
        expect(whole.revision).toBe(alone.revision);
      }),
      { numRuns: 200 },
    );
  });
});
