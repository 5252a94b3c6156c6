// Files of other programs: what is taken, what is left, and that no key comes along.
import * as fc from "fast-check";
import { stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { checkedText } from "./draft.ts";
import { importFile } from "./import-file.ts";
import type { Candidate } from "./imported.ts";
import { keyLine } from "./secret-text.ts";

const secret = "sk-live-0123456789abcdefghijklmnop";

describe("Claude Code settings", () => {
  it("the env block becomes a server, models and pins", () => {
    const candidate = readOne("gate.json", {
      env: {
        ANTHROPIC_BASE_URL: "https://gate.example.com/anthropic/",
        ANTHROPIC_AUTH_TOKEN: secret,
        ANTHROPIC_MODEL: "big-1",
        ANTHROPIC_DEFAULT_HAIKU_MODEL: "small-1",
        API_TIMEOUT_MS: 3000000,
      },
      permissions: { allow: ["Bash"] },
      hooks: {},
    });
    expect(candidate.draft).toMatchObject({
      model: "claude:big-1",
      dispatcher: "claude:small-1",
      tiers: { fast: "claude:small-1" },
      endpoints: [
        {
          provider: "anthropic",
          url: "https://gate.example.com/anthropic",
          api_key_ref: "env:GATE_API_KEY",
          is_default: true,
        },
      ],
      handlerEnv: { claude: { ANTHROPIC_DEFAULT_HAIKU_MODEL: "small-1", API_TIMEOUT_MS: "3000000" } },
    });
    expect(candidate.keys).toEqual([{ variable: "GATE_API_KEY", at: "env.ANTHROPIC_AUTH_TOKEN" }]);
    expect(left(candidate)).toEqual(["permissions", "hooks"]);
  });

  it("a server that a preset knows gets the variable of that preset", () => {
    const candidate = readOne("x.json", {
      env: {
        ANTHROPIC_BASE_URL: "https://api.z.ai/api/anthropic",
        ANTHROPIC_AUTH_TOKEN: secret,
        ANTHROPIC_MODEL: "glm-5.3",
      },
    });
    expect(candidate.keys[0]?.variable).toBe("ZAI_API_KEY");
  });

  it("a key without a server goes to Anthropic", () => {
    const candidate = readOne("direct.json", { model: "opus", env: { ANTHROPIC_API_KEY: secret } });
    expect(candidate.draft?.endpoints).toEqual([
      expect.objectContaining({ url: "https://api.anthropic.com", api_key_ref: "env:ANTHROPIC_API_KEY" }),
    ]);
  });

  it("secrets in other variables become references, whatever they are called", () => {
    const candidate = readOne("s.json", {
      model: "opus",
      env: {
        AWS_SECRET_ACCESS_KEY: "abc",
        HTTPS_PROXY: "http://ada:pass@proxy:3128",
        ANTHROPIC_CUSTOM_HEADERS: "x-team: blue",
        SESSION: "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4e5f6",
        HARMLESS: secret,
        CLAUDE_CODE_MAX_OUTPUT_TOKENS: "32000",
      },
    });
    const pins = candidate.draft?.handlerEnv?.["claude"] ?? {};
    for (const name of [
      "AWS_SECRET_ACCESS_KEY",
      "HTTPS_PROXY",
      "ANTHROPIC_CUSTOM_HEADERS",
      "SESSION",
      "HARMLESS",
    ]) {
      expect(pins[name]).toEqual({ ref: `env:${name}` });
    }
    expect(pins["CLAUDE_CODE_MAX_OUTPUT_TOKENS"]).toBe("32000");
  });

  it("variables a profile may not pin are left with the reason", () => {
    const candidate = readOne("p.json", {
      model: "opus",
      env: { PATH: "/x", LD_PRELOAD: "/y.so", WG_HOME: "/z" },
    });
    expect(left(candidate)).toEqual(["env.PATH", "env.LD_PRELOAD", "env.WG_HOME"]);
  });

  it("a command that prints a key is not taken over", () => {
    const candidate = readOne("h.json", { model: "opus", apiKeyHelper: `echo ${secret}` });
    expect(left(candidate)).toEqual(["apiKeyHelper"]);
  });

  it("settings that say nothing about what runs are refused", () => {
    expect(() => readOne("n.json", { env: {}, permissions: {} })).toThrow(
      expect.objectContaining({ code: "unknown-import" }),
    );
  });

  it("broken JSON is refused without quoting it", () => {
    expect(() => importFile(source("b.json", `{ "env": { "K": "${secret}" `))).toThrow(
      expect.objectContaining({ code: "bad-json", message: expect.not.stringContaining("sk-") }),
    );
  });
});

describe("Codex configuration", () => {
  const gateway = `
model = "big-2"
model_provider = "gate"
model_reasoning_effort = "high"
approval_policy = "never"

[model_providers.gate]
name = "Gate"
base_url = "https://gate.example.com/v1/"
env_key = "GATE_KEY"
wire_api = "responses"
http_headers = { x-team = "blue" }

[model_providers.other]
base_url = "https://other.example.com/v1"

[tui]
theme = "dark"
`;

  it("model and provider become a route and a server", () => {
    const candidate = readOne("deep.config.toml", gateway);
    expect(candidate.name).toBe("deep");
    expect(candidate.draft).toMatchObject({
      model: "codex:big-2",
      endpoints: [
        { name: "gate", provider: "openai", url: "https://gate.example.com/v1", api_key_ref: "env:GATE_KEY" },
      ],
    });
    expect(candidate.keys).toEqual([{ variable: "GATE_KEY", at: "model_providers.gate.env_key" }]);
    expect(left(candidate)).toEqual([
      "model_providers.gate.http_headers",
      "model_providers.other",
      "model_reasoning_effort",
      "approval_policy",
      "tui",
    ]);
  });

  it("a provider that is only named is found in the config.toml beside it", () => {
    const candidate = importFile({
      ...source("deep.config.toml", 'model = "big-2"\nmodel_provider = "gate"'),
      sibling: (file) => (file === "config.toml" ? gateway : undefined),
    }).candidates[0];
    expect(candidate?.draft?.endpoints?.[0]?.url).toBe("https://gate.example.com/v1");
    expect(candidate?.notes).toContain("model_providers.gate was taken from the config.toml beside it");
  });

  it("a server of chat completions is run by wg's own agent", () => {
    const candidate = readOne(
      "old.toml",
      'model = "m"\nmodel_provider = "g"\n[model_providers.g]\nbase_url = "http://127.0.0.1:9/v1"\nwire_api = "chat"',
    );
    expect(candidate.draft).toMatchObject({ model: "local:m", endpoints: [{ provider: "oai-compat" }] });
  });

  it("keys in the file, also where a variable's name belongs, are left there", () => {
    const inline = readOne(
      "a.toml",
      `model = "m"\nmodel_provider = "g"\n[model_providers.g]\nbase_url = "https://g.example.com/v1"\nexperimental_bearer_token = "${secret}"`,
    );
    expect(inline.keys).toEqual([
      { variable: "A_API_KEY", at: "model_providers.g.experimental_bearer_token" },
    ]);
    const misplaced = readOne(
      "b.toml",
      `model = "m"\nmodel_provider = "g"\n[model_providers.g]\nbase_url = "https://g.example.com/v1"\nenv_key = "${secret}"`,
    );
    expect(misplaced.draft?.endpoints?.[0]?.api_key_ref).toBe("env:B_API_KEY");
  });

  it("without a provider it is Codex's own login", () => {
    const candidate = readOne("plain.config.toml", 'model = "gpt-5.5"');
    expect(candidate.draft).toMatchObject({ model: "codex:gpt-5.5" });
    expect(candidate.draft).not.toHaveProperty("endpoints");
  });
});

describe("files of the original wg", () => {
  it("a whole config file becomes the profile it amounted to", () => {
    const candidate = readOne(
      "mine.toml",
      `
description = "mine"
profile = "openrouter"

[agent]
model = "claude:opus"
executor = "claude"
interval = 10

[coordinator]
model = "claude:sonnet"
max_agents = 8

[tiers]
fast = "claude:haiku"

[models.default]
model = "claude:opus"

[models.task_agent]
model = "nex:qwen3-coder-30b"

[models.evaluator]
model = "claude:haiku"

[models.flip_inference]
model = "claude:haiku"

[models.flip_comparison]
model = "claude:sonnet"

[models.triage]
model = "claude:haiku"

[[llm_endpoints.endpoints]]
name = "my box"
provider = "oai-compat"
url = "http://10.0.0.5:8088/"
api_key = "${secret}"
is_default = true
context_window = 32000

[agency]
auto_assign = true

[tui]
theme = "dark"
`,
    );
    expect(candidate.draft).toMatchObject({
      description: "mine",
      model: "local:qwen3-coder-30b",
      dispatcher: "claude:sonnet",
      tiers: { fast: "claude:haiku" },
      models: { evaluator: { model: "claude:haiku" }, flip: { model: "claude:haiku" } },
      endpoints: [
        {
          name: "my-box",
          provider: "oai-compat",
          url: "http://10.0.0.5:8088",
          api_key_ref: "env:MY_BOX_API_KEY",
          is_default: true,
        },
      ],
    });
    expect(candidate.keys).toEqual([
      { variable: "MY_BOX_API_KEY", at: "llm_endpoints.endpoints[0].api_key" },
    ]);
    expect(left(candidate)).toEqual([
      "llm_endpoints.endpoints[0].context_window",
      "coordinator.max_agents",
      "models.triage",
      "profile",
      "agent.interval",
      "agency",
      "tui",
    ]);
  });

  it.each([
    ["opus", "claude:opus"],
    ["gpt-5.5", "codex:gpt-5.5"],
    ["qwen3:8b", "local:qwen3:8b"],
    ["local:qwen3", "local:qwen3"],
    ["oai-compat:qwen3", "local:qwen3"],
    ["codex:gpt-5.4-mini", "codex:gpt-5.4-mini"],
  ])("the model %s is the route %s", (model, route) => {
    expect(readOne("r.toml", `[agent]\nmodel = "${model}"\ninterval = 5`).draft?.model).toBe(route);
  });

  it("a provider in a model's name brings its server along", () => {
    const candidate = readOne("o.toml", '[agent]\nmodel = "openrouter:vendor/big"\ninterval = 5');
    expect(candidate.draft).toMatchObject({
      model: "local:vendor/big",
      endpoints: [
        {
          name: "openrouter",
          url: "https://openrouter.ai/api/v1",
          api_key_ref: "env:OPENROUTER_API_KEY",
          is_default: true,
        },
      ],
    });
  });

  it("keys are found where the original looked for them", () => {
    const withKey = (line: string) =>
      readOne(
        "k.toml",
        `[agent]\nmodel = "nex:m"\ninterval = 5\n[[llm_endpoints.endpoints]]\nname = "a"\nprovider = "oai-compat"\nurl = "http://h:1"\n${line}`,
      ).draft?.endpoints?.[0]?.api_key_ref;
    expect(withKey('api_key_env = "BOX_KEY"')).toBe("env:BOX_KEY");
    expect(withKey('api_key_file = "~/.keys/box"')).toBe("file:~/.keys/box");
    expect(withKey('api_key_file = "keys/box"')).toBe("file:/from/keys/box");
    expect(withKey('api_key_ref = "keyring:box"')).toBe("keyring:box");
    expect(withKey('api_key_ref = "op://vault/box/key"')).toBe("cmd:op read 'op://vault/box/key'");
    expect(withKey('api_key_ref = "pass:box"')).toBe("cmd:pass show 'box'");
    expect(withKey('api_key_ref = "plain:box"')).toBeUndefined();
  });

  it("a local model without any server gets the one the original assumed", () => {
    const candidate = readOne("l.toml", '[agent]\nmodel = "local:qwen3"\ninterval = 5');
    expect(candidate.draft?.endpoints?.[0]).toMatchObject({
      url: "http://127.0.0.1:11434",
      is_default: true,
    });
    expect(candidate.notes[0]).toContain("http://127.0.0.1:11434");
  });

  it("a server that only its own agent used does not take over Claude Code's login", () => {
    const candidate = readOne(
      "c.toml",
      `[agent]\nmodel = "claude:opus"\n[[llm_endpoints.endpoints]]\nname = "anthropic"\nprovider = "anthropic"\napi_key = "${secret}"\nis_default = true`,
    );
    expect(candidate.draft?.endpoints).toEqual([]);
    expect(left(candidate)).toEqual(["llm_endpoints.endpoints[0]"]);
  });

  it("a role on a CLI keeps its login although an endpoint was named for it", () => {
    const candidate = readOne(
      "m.toml",
      `[models.task_agent]\nmodel = "nex:m"\n[models.evaluator]\nmodel = "claude:haiku"\nendpoint = "a"\n[[llm_endpoints.endpoints]]\nname = "a"\nprovider = "oai-compat"\nurl = "http://h:1"`,
    );
    expect(candidate.draft?.models).toEqual({ evaluator: { model: "claude:haiku" } });
    expect(candidate.notes).toContain("evaluator runs claude:haiku on its own login, not at a");
  });
});

describe("profiles of ours", () => {
  const text = `# mine\ndescription = "mine"\n[agent]\nmodel = "local:m"\n[[llm_endpoints.endpoints]]\nname = "d"\nprovider = "oai-compat"\nurl = "http://h:1"\napi_key_ref = "cmd:pass show box"\n`;

  it("the text stays as it is, and what it would do is said", () => {
    const candidate = readOne("mine.toml", text);
    expect(candidate.text).toBe(text);
    expect(candidate.notes).toEqual([
      "work goes to http://h:1",
      "the key of the endpoint d comes from a command that would run here: pass show box",
    ]);
  });

  it("a program that a route would run is said", () => {
    const { notes } = readOne("agent.toml", '[agent]\nmodel = "acp:opencode acp#big"\n');
    expect(notes).toEqual(["agent.model runs this program: opencode acp"]);
  });

  it("a slip is refused with file and line, not left out", () => {
    expect(() => readOne("typo.toml", '[agent]\nmodell = "claude:opus"')).toThrow(
      expect.objectContaining({ code: "unknown-key", at: { path: "/from/typo.toml", line: 2 } }),
    );
  });
});

describe("exports of cc-switch", () => {
  const claude = {
    name: "My Gate",
    settingsConfig: {
      env: {
        ANTHROPIC_BASE_URL: "https://gate.example.com",
        ANTHROPIC_AUTH_TOKEN: secret,
        ANTHROPIC_MODEL: "big-1",
      },
    },
  };
  const codex = {
    name: "My Gate",
    settingsConfig: {
      auth: { OPENAI_API_KEY: secret },
      config:
        'model = "big-2"\nmodel_provider = "g"\n[model_providers.g]\nbase_url = "https://gate.example.com/v1"\nwire_api = "responses"',
    },
  };
  const official = { name: "Claude Official", settingsConfig: { env: {} } };
  const gemini = { name: "Gemini", settingsConfig: { env: { GEMINI_API_KEY: secret } } };
  const translated = { ...claude, name: "Chat Only", meta: { apiFormat: "openai_chat" } };

  it("each provider of its JSON becomes a profile, with a name of its own", () => {
    const imported = importFile(
      source("cc.json", {
        version: 2,
        claude: { providers: { a: claude, b: official, c: translated }, current: "a" },
        codex: { providers: { a: codex }, current: "a" },
        gemini: { providers: { a: gemini }, current: "a" },
        mcp: {},
      }),
    );
    expect(imported.kind).toBe("cc-switch");
    expect(imported.candidates.map(({ name, draft }) => [name, draft?.model])).toEqual([
      ["my-gate", "claude:big-1"],
      ["chat-only", "local:big-1"],
      ["my-gate-codex", "codex:big-2"],
    ]);
    expect(imported.notTaken.map(({ key }) => key)).toEqual([
      'claude provider "Claude Official"',
      'gemini provider "Gemini"',
      "mcp",
    ]);
    for (const candidate of imported.candidates) expectNoKey(candidate);
  });

  it("its SQL is read and never run", () => {
    const row = (id: string, app: string, name: string, config: object, meta = "{}") =>
      `('${id}','${app}','${name.replaceAll("'", "''")}','${JSON.stringify(config).replaceAll("'", "''")}',NULL,1,'${meta}')`;
    const sql = [
      "-- CC Switch SQLite",
      "PRAGMA foreign_keys=OFF;",
      'CREATE TABLE providers (id TEXT, app_type TEXT, "; DROP" TEXT);',
      `INSERT INTO "settings" ("key", "value") VALUES ('note', 'INSERT INTO "providers" (id) VALUES (1);');`,
      `INSERT INTO "providers" ("id", "app_type", "name", "settings_config", "notes", "sort_index", "meta") VALUES ${row("1", "claude", "Ada's (Gate)", claude.settingsConfig)},${row("2", "codex", "Other", codex.settingsConfig)};`,
      `INSERT INTO "providers" ("id", "app_type", "name", "settings_config", "notes", "sort_index", "meta") VALUES ${row("3", "claude", "Blob", {}).replace("'{}'", "X'00FF'")};`,
      "COMMIT;",
    ].join("\n");
    const imported = importFile(source("cc.sql", sql));
    expect(imported.candidates.map(({ name, draft }) => [name, draft?.model])).toEqual([
      ["ada-s-gate", "claude:big-1"],
      ["other", "codex:big-2"],
    ]);
    expect(imported.notTaken.map(({ key }) => key)).toEqual(['claude provider "Blob"']);
    for (const candidate of imported.candidates) expectNoKey(candidate);
  });

  it("a provider that is broken does not keep the others back", () => {
    const broken = { name: "Broken", settingsConfig: { auth: {}, config: "model = " } };
    const imported = importFile(source("cc.json", { codex: { providers: { a: broken, b: codex } } }));
    expect(imported.candidates.map(({ name }) => name)).toEqual(["my-gate"]);
    expect(imported.notTaken[0]?.why).toContain("not valid TOML");
  });
});

it("a file that is none of these is refused with what is known", () => {
  expect(() => importFile(source("x.toml", 'title = "shopping list"'))).toThrow(
    expect.objectContaining({ code: "unknown-import", hint: expect.stringContaining("cc-switch") }),
  );
});

describe("whatever a file holds", () => {
  const names = fc.constantFrom(
    ..."env ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN ANTHROPIC_MODEL ANTHROPIC_DEFAULT_HAIKU_MODEL HTTPS_PROXY model".split(
      " ",
    ),
    ..."model_provider model_providers gate base_url env_key wire_api agent coordinator dispatcher models default".split(
      " ",
    ),
    ..."task_agent evaluator tiers fast llm_endpoints endpoints api_key api_key_env api_key_file name provider url".split(
      " ",
    ),
    ..."claude codex providers settingsConfig auth OPENAI_API_KEY config meta apiFormat __proto__ constructor".split(
      " ",
    ),
  );
  const values = fc.oneof(
    fc.constantFrom(
      secret,
      "opus",
      "gate",
      "openrouter:a/b",
      "http://h:1",
      "chat",
      "openai_chat",
      "",
      "a b",
      "\u0000",
    ),
    fc.integer(),
    fc.boolean(),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      values,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(names, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  const some = (keys: string) =>
    fc.dictionary(fc.constantFrom(...keys.split(" ")), fc.oneof(values, values, tree), { maxKeys: 6 });
  const noise = fc.dictionary(names, tree, { maxKeys: 3 });
  const env = some(
    "ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN ANTHROPIC_API_KEY ANTHROPIC_MODEL HTTPS_PROXY OTHER",
  );
  const claude = fc.record({ env, model: values }, { requiredKeys: ["env"] });
  const server = some("name base_url env_key experimental_bearer_token wire_api http_headers auth");
  const codex = fc.record({
    model: values,
    model_provider: fc.constant("gate"),
    model_providers: fc.record({ gate: server }),
  });
  const endpoint = some("name provider url api_key api_key_env api_key_file api_key_ref model is_default");
  const original = fc.record({
    coordinator: some("model executor max_agents"),
    agent: some("model executor"),
    tiers: some("fast standard"),
    models: fc.dictionary(
      fc.constantFrom("default", "task_agent", "evaluator", "triage"),
      some("model provider tier endpoint"),
    ),
    llm_endpoints: fc.record({ endpoints: fc.array(endpoint, { maxLength: 3 }) }),
  });
  const provider = fc.record({
    name: values,
    settingsConfig: fc.oneof(claude, noise),
    meta: some("apiFormat"),
  });
  const exported = fc.record({ claude: fc.record({ providers: fc.dictionary(names, provider) }) });
  const files = fc
    .tuple(fc.oneof(claude, codex, original, exported, noise), noise)
    .map(([shape, more]) => ({ ...more, ...shape }));

  it("it is read or refused, and no key comes out", () => {
    fc.assert(
      fc.property(files, fc.boolean(), (table, isJson) => {
        const text = isJson ? JSON.stringify(table) : tomlOf(table);
        for (const candidate of candidatesOf(isJson ? "f.json" : "f.toml", text)) {
          const made = textOf(candidate);
          // A key where a model belongs is refused when the text is written; see import-plan.
          if (made === undefined || keyLine(made) !== undefined) continue;
          const { draft: _, text: __, ...rest } = candidate;
          expect(made + JSON.stringify(rest)).not.toContain("sk-live");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** As TOML, or empty where it cannot be said so. */
function tomlOf(table: object): string {
  try {
    return stringify(table);
  } catch {
    return "";
  }
}

function candidatesOf(file: string, text: string): Candidate[] {
  try {
    return importFile(source(file, text)).candidates;
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    expect(`${error.message} ${error.hint}`).not.toContain("sk-live");
    return [];
  }
}

function textOf({ name, draft, text }: Candidate): string | undefined {
  try {
    return draft ? checkedText(name, draft) : text;
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

function source(file: string, content: string | object) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const name = file.replace(/(\.config)?\.[a-z]+$/, "");
  return { path: `/from/${file}`, name, text, sibling: () => undefined };
}

/** The one profile in a file: valid, and without any key of the file. */
function readOne(file: string, content: string | object): Candidate {
  const { candidates } = importFile(source(file, content));
  expect(candidates).toHaveLength(1);
  const [candidate] = candidates;
  if (candidate === undefined) throw new Error("nothing was read");
  expectNoKey(candidate);
  return candidate;
}

function expectNoKey(candidate: Candidate): void {
  const text = candidate.draft ? checkedText(candidate.name, candidate.draft) : (candidate.text ?? "");
  const { draft: _, text: __, ...rest } = candidate;
  for (const place of [text, JSON.stringify(rest)]) expect(place).not.toContain("sk-");
  expect(text).not.toMatch(/pass@|a1b2c3d4/);
}

function left({ notTaken }: Candidate): string[] {
  return notTaken.map(({ key }) => key);
}
