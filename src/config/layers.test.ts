// Bad files, each a refusal that says what, where, and what to do; and the words of variables and flags.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { envLayer, fileLayer, flagLayer } from "./layers.ts";

type Kind = "global" | "project" | "profile";

function refusal(text: string, kind: Kind = "global"): WgError {
  return thrown(() => fileLayer(kind, "/h/f.toml", text));
}

function thrown(act: () => unknown): WgError {
  try {
    act();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a file that is no TOML", () => {
  it.each<[string, string, number]>([
    ["an open string", '[agent]\nmodel = "x\n', 2],
    ["a duplicate key", "[agent]\nmodel = 'claude:a'\nmodel = 'claude:b'\n", 3],
    ["a duplicate table", "[agent]\n[tiers]\n[agent]\n", 3],
    ["a stray word", "[agent]\n\n\nnonsense\n", 4],
  ])("is refused with its line: %s", (_, text, line) => {
    for (const kind of ["global", "project", "profile"] as const) {
      expect(refusal(text, kind)).toMatchObject({ code: "bad-toml", at: { path: "/h/f.toml", line } });
    }
  });

  it("is refused without repeating its text, which may hold a key", () => {
    const error = refusal('api_key = "sk-very-secret\n');
    expect(error.message).not.toContain("secret");
  });

  it("is refused when it nests beyond all reason", () => {
    expect(refusal(`fallback = ${"[".repeat(500)}${"]".repeat(500)}`).code).toBe("bad-toml");
  });
});

describe("a key that nothing declares", () => {
  it.each<[string, string, string, string]>([
    ["a slip in the name", "[agent]\nmodle = 'claude:a'\n", "agent.modle", "did you mean agent.model?"],
    ["a slip in the section", "[agnet]\nmodel = 'claude:a'\n", "agnet", "did you mean agent?"],
    ["a key without its section", "model = 'claude:a'\n", "model", "did you mean agent.model?"],
    [
      "a section of another program",
      "[mcp_servers]\nx = 1\n",
      "mcp_servers",
      "docs/config.md lists every key",
    ],
    ["a dangerous name", "__proto__ = 1\n", "__proto__", "docs/config.md lists every key"],
    [
      "a dangerous section",
      "[constructor.prototype]\nx = 1\n",
      "constructor",
      "docs/config.md lists every key",
    ],
    ["a quoted name", '"a b" = 1\n', '"a b"', "docs/config.md lists every key"],
  ])("is refused: %s", (_, text, key, hint) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "unknown-key", message: `unknown key ${key}`, hint });
    expect(error.at?.line).toBe(
      text.split("\n").findIndex((line) => line.includes(key.split(".").at(-1) ?? "")) + 1,
    );
  });

  it("is refused at once, however deep or long it is", () => {
    expect(refusal(`${"a.".repeat(20_000)}a = 1\n`).code).toBe("unknown-key");
    expect(refusal(`${"a".repeat(100_000)} = 1\n`).message.length).toBeLessThan(200);
    expect(refusal(`tiers.x.${"a.".repeat(20_000)}a = 1\n`).code).toBe("bad-value");
  });

  it("is refused inside a placeholder's section with the names there are", () => {
    expect(refusal("[models.evalutor]\nmodel = 'claude:a'\n")).toMatchObject({
      code: "bad-name",
      message: 'models.evalutor.model: unknown role "evalutor"',
      hint: "did you mean evaluator?",
    });
    expect(refusal("[tiers]\nFast = 'claude:a'\n").code).toBe("bad-name");
    expect(refusal("[handlers.clade.env]\nA = '1'\n").hint).toBe("did you mean claude?");
  });
});

describe("a value of the wrong kind", () => {
  it.each<[string, string]>([
    ["agent = 3", "agent must be a table"],
    ["[[agent]]\nmodel = 'claude:a'", "agent must be a table"],
    ["agent.model = 3", 'agent.model: must be a route, for example "claude:opus"'],
    ["agent.timeout = 7200", 'agent.timeout: must be a duration such as "90s", "10m" or "2h"'],
    ["agent.timeout = '0s'", "agent.timeout: must be more than nothing and at most 20 days"],
    ["agent.timeout = '999999999d'", "agent.timeout: must be more than nothing and at most 20 days"],
    ["agent.max_turns = 1.5", "agent.max_turns: must be a whole number from 1 to 10000"],
    ["agent.max_turns = '5'", "agent.max_turns: must be a whole number from 1 to 10000"],
    ["service.max_agents = 0", "service.max_agents: must be a whole number from 1 to 1000"],
    ["service.max_agents = nan", "service.max_agents: must be a whole number from 1 to 1000"],
    ["agent.permissions = 'all'", "agent.permissions: must be one of read-only, workspace, full"],
    ["model_mismatch = true", "model_mismatch: must be one of warn, fail"],
    ["handlers.claude.command = ''", "handlers.claude.command: must be a line of text"],
    ["fallback = 'claude'", "fallback: must be a list of profile names"],
    ["fallback = ['a', 'a']", "fallback: names a twice"],
    ["fallback = ['../x']", "fallback: must be a list of profile names"],
    ["env.A = 32000", 'env.A: must be text, or { ref = "env:NAME" }'],
    ["env.A = { ref = 'env:X', more = 1 }", 'env.A: must be text, or { ref = "env:NAME" }'],
    ["tiers.fast = 1979-05-27", 'tiers.fast: must be a route, for example "claude:opus"'],
  ])("is refused: %s", (text, message) => {
    expect(refusal(`# first\n${text}\n`)).toMatchObject({ message, at: { path: "/h/f.toml" } });
    expect(refusal(`# first\n${text}\n`).at?.line).toBeGreaterThan(1);
  });

  it("that is a bare model or an unknown handler says which route was meant", () => {
    expect(refusal("agent.model = 'opus'\n")).toMatchObject({
      code: "bad-route",
      message: 'agent.model: route "opus" has no handler',
      hint: "write handler:model, for example claude:opus",
    });
    expect(refusal("tiers.fast = 'clade:haiku'\n")).toMatchObject({ hint: "did you mean claude:haiku?" });
  });
});

describe("scope", () => {
  it("a profile may hold nothing but the bundle and its description", () => {
    expect(refusal("[agent]\nmodel = 'claude:a'\ntimeout = '1h'\n", "profile")).toMatchObject({
      code: "bad-key",
      message: "agent.timeout is not a profile's to set",
      hint: expect.stringContaining("wg config set agent.timeout"),
      at: { path: "/h/f.toml", line: 3 },
    });
  });

  it("description and extends belong in a profile", () => {
    expect(refusal("description = 'x'\n").message).toBe("description belongs in a profile");
    expect(refusal("extends = 'base'\n", "project").message).toBe("extends belongs in a profile");
  });
});

describe("a pin", () => {
  it.each(["OPENAI_API_KEY", "GITHUB_TOKEN", "db_password", "CLIENT_SECRET", "AWS_CREDENTIAL"])(
    "whose name says that it is a secret is refused as a literal: %s",
    (name) => {
      const error = refusal(`[env]\n${name} = "hunter2"\n`);
      expect(error).toMatchObject({ code: "secret-value", at: { line: 2 } });
      expect(error.hint).toContain(`{ ref = "env:${name}" }`);
      expect(JSON.stringify(error)).not.toContain("hunter2");
    },
  );

  it("that looks like a key is refused whatever it is called", () => {
    expect(refusal('[env]\nSETTING = "sk-ant-api03-xyz"\n').code).toBe("secret-value");
  });

  it("may be empty, a number in text, or a reference", () => {
    const { values } = fileLayer(
      "profile",
      "/p.toml",
      '[handlers.claude.env]\nANTHROPIC_AUTH_TOKEN = ""\nCLAUDE_CODE_MAX_OUTPUT_TOKENS = "32000"\n[env]\nX_KEY = { ref = "cmd:pass x" }\n',
    );
    expect([...values.values()].map(({ value }) => value)).toEqual(["", "32000", { ref: "cmd:pass x" }]);
  });

  it("with a reference that could be the key itself is refused without repeating it", () => {
    const error = refusal('[env]\nA = { ref = "sk-abc" }\n');
    expect(error.code).toBe("bad-reference");
    expect(error.message).not.toContain("sk-abc");
  });

  it.each([
    "PATH",
    "HOME",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "WG_RUN",
  ])("of %s is refused with a reason", (name) => {
    expect(refusal(`[env]\n${name} = "x"\n`)).toMatchObject({ code: "bad-name", hint: expect.any(String) });
  });

  it("of what changes every program is taken where it is said to be meant, and wg's own names never", () => {
    const pins = `[env]\nPATH = { value = "/x", unsafe = true }\nLD_PRELOAD = { ref = "env:LIB", unsafe = true }\n`;
    const { values } = fileLayer("profile", "/p.toml", pins);
    expect([...values.values()].map(({ value }) => value)).toEqual([
      { value: "/x", unsafe: true },
      { ref: "env:LIB", unsafe: true },
    ]);
    expect(refusal('[env]\nPATH = { ref = "env:P" }\n').code).toBe("bad-name");
    expect(refusal('[env]\nPATH = { value = "/x", unsafe = false }\n').code).toBe("bad-value");
    expect(refusal('[env]\nA = { value = "x" }\n').code).toBe("bad-value");
    expect(refusal('[env]\nA = { value = "x", ref = "env:A", unsafe = true }\n').code).toBe("bad-value");
    expect(refusal('[env]\nA_KEY = { value = "x", unsafe = true }\n').code).toBe("secret-value");
    expect(refusal('[env]\nWG_RUN = { value = "x", unsafe = true }\n').code).toBe("bad-name");
  });

  it("has a name that can be one", () => {
    expect(refusal('[env]\n"A=B" = "x"\n').code).toBe("bad-name");
    expect(refusal('[env]\n__proto__ = "x"\n').code).toBe("bad-name");
  });
});

describe("variables and flags", () => {
  it("are read by the kind of their key", () => {
    const { values } = flagLayer({
      "agent.max_turns": "7",
      fallback: "codex, claude",
      "tiers.fast": "claude:haiku",
      "env.A": '{ ref = "env:B" }',
      "env.B": "{ not a reference }",
      "env.PATH": '{ value = "/x", unsafe = true }',
      "llm_endpoints.endpoints": '[{"name": "a", "provider": "openai", "url": "http://a/"}]',
    });
    expect([...values.values()].map(({ value }) => value)).toEqual([
      7,
      ["codex", "claude"],
      "claude:haiku",
      { ref: "env:B" },
      "{ not a reference }",
      { value: "/x", unsafe: true },
      [{ name: "a", provider: "openai", url: "http://a" }],
    ]);
  });

  it("that say nothing sensible are refused with the name of the variable", () => {
    expect(thrown(() => envLayer({ WG_AGENT_MODEL: "opus" }))).toMatchObject({
      code: "bad-route",
      at: { path: "WG_AGENT_MODEL" },
    });
    expect(thrown(() => envLayer({ WG_SERVICE_MAX_AGENTS: "many" })).message).toBe(
      "service.max_agents: must be a whole number from 1 to 1000",
    );
    expect(thrown(() => flagLayer({ "agent.max_turns": "7\nx = 1" })).code).toBe("bad-value");
    expect(thrown(() => flagLayer({ "agent.nothing": "7" })).code).toBe("unknown-key");
    expect(thrown(() => flagLayer({ description: "x" })).code).toBe("bad-key");
  });
});
