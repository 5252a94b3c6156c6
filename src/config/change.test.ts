// "set this key to that": words become addresses, values and checked texts.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { type ChangedFile, setKey, setServer, unsetKey } from "./change.ts";

const wgnext = `# mine
[agent]
model = "local:qwen3-coder-30b"    # workers

[[llm_endpoints.endpoints]]
name = "default"
provider = "oai-compat"            # chat completions
url = "http://127.0.0.1:8088"      # here
is_default = true

[[llm_endpoints.endpoints]]
name = "gpu.box"
provider = "oai-compat"
url = "http://gpu.box"
`;

const profile = (text: string): ChangedFile => ({ kind: "profile", path: "/h/wgnext.toml", text });

function refusal(act: () => unknown): WgError {
  try {
    act();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("setting a key by words", () => {
  it("`endpoint` is the url of the default endpoint, and nothing beside it changes", () => {
    const change = setKey(profile(wgnext), "endpoint", "http://10.0.0.5:8088/");
    expect(change).toEqual({
      text: wgnext.replace("http://127.0.0.1:8088", "http://10.0.0.5:8088"),
      key: "llm_endpoints.endpoints.default.url",
      value: "http://10.0.0.5:8088",
    });
  });

  it("`endpoint` is the url of the only one where none is the default", () => {
    const text = wgnext.slice(0, wgnext.lastIndexOf("\n[[")).replace("is_default = true\n", "");
    expect(setKey(profile(text), "endpoint", "http://x").key).toBe("llm_endpoints.endpoints.default.url");
  });

  it("`endpoint` is refused where it could mean several, unless one serves the worker", () => {
    const several = wgnext.replace("is_default = true\n", "");
    expect(refusal(() => setKey(profile(several), "endpoint", "http://x")).message).toBe(
      '"endpoint" could mean default, gpu.box',
    );
    const two = `${wgnext}\n[[llm_endpoints.endpoints]]\nname = "o"\nprovider = "openai"\nurl = "http://o"\nis_default = true\n`;
    expect(setKey(profile(two), "endpoint", "http://x").key).toBe("llm_endpoints.endpoints.default.url");
  });

  it("`endpoint` adds the first one for the handler of agent.model", () => {
    expect(setKey(profile('[agent]\nmodel = "codex:a"\n'), "endpoint", "http://x").text).toBe(
      '[agent]\nmodel = "codex:a"\n\n[[llm_endpoints.endpoints]]\nname = "default"\nprovider = "openai"\nurl = "http://x"\nis_default = true\n',
    );
    expect(refusal(() => setKey(profile(""), "endpoint", "http://x")).code).toBe("no-endpoint");
  });

  it("an endpoint goes by its name, which may hold dots", () => {
    const { text, key } = setKey(profile(wgnext), "llm_endpoints.endpoints.gpu.box.api_key_ref", "env:GPU");
    expect(text).toBe(`${wgnext}api_key_ref = "env:GPU"\n`);
    expect(key).toBe("llm_endpoints.endpoints.gpu.box.api_key_ref");
  });

  it.each<[string, string, string]>([
    ["llm_endpoints.endpoints.defualt.url", "unknown-endpoint", "did you mean default?"],
    ["llm_endpoints.endpoints.default.ulr", "unknown-key", "did you mean url?"],
    [
      "llm_endpoints.endpoints.default",
      "bad-key",
      "set one of its keys: llm_endpoints.endpoints.default.url",
    ],
    ["agent.modle", "unknown-key", "did you mean agent.model?"],
    ["model", "unknown-key", "did you mean agent.model?"],
    ["tiers.Fast", "bad-name", "lower-case letters, digits, - and _, for example fast"],
  ])("%s is refused as %s", (words, code, hint) => {
    expect(refusal(() => setKey(profile(wgnext), words, "x"))).toMatchObject({ code, hint });
  });

  it("reads numbers, lists and references by the kind of the key", () => {
    const file: ChangedFile = { kind: "global", path: "/c.toml", text: "" };
    expect(setKey(file, "agent.max_turns", "7").text).toBe("[agent]\nmax_turns = 7\n");
    expect(setKey(file, "fallback", "a, b").text).toBe('fallback = ["a", "b"]\n');
    expect(setKey(file, "fallback", '["a"]').text).toBe('fallback = ["a"]\n');
    expect(setKey(file, "env.A", '{ ref = "env:B" }').text).toBe('[env]\nA = { ref = "env:B" }\n');
    expect(setKey(file, "handlers.claude.env.A", "7").text).toBe('[handlers.claude.env]\nA = "7"\n');
  });

  it("a value that is wrong is refused without a place: it stands in no file yet", () => {
    const error = refusal(() => setKey(profile(wgnext), "agent.model", "opus"));
    expect(error).toMatchObject({ code: "bad-route", at: undefined });
  });

  it("a file that is broken elsewhere is refused with its line", () => {
    const text = "[agent]\nmodel = 'claude:a'\nmodle = 'x'\n";
    expect(refusal(() => setKey(profile(text), "agent.model", "claude:b"))).toMatchObject({
      code: "unknown-key",
      at: { path: "/h/wgnext.toml", line: 3 },
    });
  });

  it("a general key in a profile is refused", () => {
    expect(refusal(() => setKey(profile(wgnext), "agent.timeout", "1h")).code).toBe("bad-key");
  });

  it("a secret in the place of a reference is refused, and so is one in a pin", () => {
    expect(refusal(() => setKey(profile(wgnext), "env.MY_API_KEY", "hunter2")).code).toBe("secret-value");
    const key = "llm_endpoints.endpoints.default.api_key_ref";
    expect(refusal(() => setKey(profile(wgnext), key, "sk-hunter2")).message).not.toContain("hunter2");
  });
});

describe("giving a handler a server", () => {
  it("sets the url of the default one that fits, and leaves those of other handlers alone", () => {
    expect(setServer(profile(wgnext), "nex", "http://x")).toMatchObject({
      key: "llm_endpoints.endpoints.default.url",
      text: wgnext.replace("http://127.0.0.1:8088", "http://x"),
    });
  });

  it("adds a default one beside those that do not fit", () => {
    const { text, key } = setServer(profile(wgnext), "claude", "http://x");
    expect(key).toBe("llm_endpoints.endpoints.anthropic.url");
    expect(text).toBe(
      `${wgnext}\n[[llm_endpoints.endpoints]]\nname = "anthropic"\nprovider = "anthropic"\nurl = "http://x"\nis_default = true\n`,
    );
  });

  it("refuses a url that is none", () => {
    expect(refusal(() => setServer(profile(wgnext), "nex", "10.0.0.5")).code).toBe("bad-url");
    expect(refusal(() => setServer(profile(wgnext), "claude", "10.0.0.5")).code).toBe("bad-url");
  });
});

describe("unsetting a key by words", () => {
  it("removes a field, or a whole endpoint, and keeps the comments", () => {
    expect(unsetKey(profile(wgnext), "llm_endpoints.endpoints.default.is_default").text).toBe(
      wgnext.replace("is_default = true\n", ""),
    );
    expect(unsetKey(profile(wgnext), "llm_endpoints.endpoints.default").text).toBe(
      '# mine\n[agent]\nmodel = "local:qwen3-coder-30b"    # workers\n\n# chat completions\n# here\n\n[[llm_endpoints.endpoints]]\nname = "gpu.box"\nprovider = "oai-compat"\nurl = "http://gpu.box"\n',
    );
  });

  it("is refused where the file would not be a good one after it", () => {
    expect(refusal(() => unsetKey(profile(wgnext), "endpoint")).message).toContain("endpoint 1 has no url");
  });

  it("is refused with exit status 4 where the file does not hold the key", () => {
    expect(refusal(() => unsetKey(profile(wgnext), "tiers.fast"))).toMatchObject({
      code: "not-set",
      exit: 4,
      at: { path: "/h/wgnext.toml" },
    });
  });
});
