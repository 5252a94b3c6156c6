// From what a machine has to profiles: what would work is proposed, what is a person's own stays.
import { describe, expect, it } from "vitest";
import { starters } from "../profile/starters.ts";
import { type Proposal, proposals } from "./propose.ts";
import type { FoundServer } from "./servers.ts";
import type { Survey } from "./survey.ts";

const nothing: Survey = { programs: [], servers: [], keys: [] };
const claude = { name: "claude" as const, path: "/bin/claude", version: "2.1.330" };
const ollama: FoundServer = {
  port: 11434,
  title: "Ollama",
  preset: "ollama",
  url: "http://127.0.0.1:11434",
  models: ["nomic-embed-text", "qwen3:8b"],
  wantsKey: false,
};

describe("proposals", () => {
  it("nothing comes of nothing", () => {
    expect(made(nothing)).toEqual([]);
  });

  it("a program gives its starter, a broken one nothing", () => {
    const programs = [
      claude,
      { name: "codex" as const, path: "/bin/codex", problem: "it does not say its version" },
    ];
    expect(made({ ...nothing, programs })).toEqual([["claude", "new"]]);
    expect(proposals({ ...nothing, programs }, {}, () => undefined)[0]?.text).toBe(starters["claude"]);
  });

  it("wgnext goes to the first server that answers, the others get a profile each", () => {
    const lmstudio = {
      ...ollama,
      port: 1234,
      title: "LM Studio",
      preset: "lmstudio",
      url: "http://127.0.0.1:1234",
    };
    const own = {
      ...ollama,
      port: 9000,
      title: "port 9000",
      url: "http://127.0.0.1:9000",
      preset: undefined,
    };
    const { preset: _, ...unknown } = own;
    const servers = [ollama, lmstudio, unknown];
    expect(made({ ...nothing, servers })).toEqual([
      ["wgnext", "new"],
      ["lmstudio", "new"],
      ["local-9000", "new"],
    ]);
    const [first] = proposals({ ...nothing, servers }, {}, () => undefined);
    expect(first?.text).toContain('url = "http://127.0.0.1:11434"');
    expect(first?.text).toContain('model = "local:qwen3:8b"');
  });

  it("a server that wants a key or lists nothing is left alone", () => {
    const servers = [
      { ...ollama, wantsKey: true, models: [] },
      { ...ollama, models: [] },
    ];
    expect(made({ ...nothing, servers })).toEqual([]);
  });

  it("an untouched starter is renewed, the same text is nothing to do, a file of one's own is kept", () => {
    const survey = { ...nothing, servers: [ollama] };
    const [first] = proposals(survey, {}, () => undefined);
    expect(made(survey, { wgnext: starters["wgnext"] ?? "" })).toEqual([["wgnext", "renewed"]]);
    expect(made(survey, { wgnext: first?.text ?? "" })).toEqual([["wgnext", "same"]]);
    const kept = proposals(survey, {}, () => "# mine");
    expect(kept[0]).toMatchObject({
      state: "kept",
      hint: "wg profile set wgnext endpoint http://127.0.0.1:11434",
    });
  });

  it("a key of a hosted server gives its preset, through a program that is here", () => {
    const keys = [{ variable: "ZAI_API_KEY", preset: "zai" }, { variable: "OPENAI_API_KEY" }];
    const withClaude = proposals(
      { ...nothing, programs: [claude], keys },
      { ZAI_API_KEY: "x" },
      () => undefined,
    );
    expect(withClaude.find(({ name }) => name === "zai")?.text).toContain('model = "claude:glm-5.3"');
    const without = proposals({ ...nothing, keys }, { ZAI_API_KEY: "x" }, () => undefined);
    expect(without.find(({ name }) => name === "zai")?.text).toContain('model = "local:glm-5.3"');
  });

  it("a key of a server that would run on this machine proposes nothing by itself", () => {
    const keys = [{ variable: "LITELLM_API_KEY", preset: "litellm" }];
    expect(made({ ...nothing, keys })).toEqual([]);
  });
});

function made(survey: Survey, files: Record<string, string> = {}): [string, Proposal["state"]][] {
  return proposals(survey, {}, (name) => files[name]).map(({ name, state }) => [name, state]);
}
