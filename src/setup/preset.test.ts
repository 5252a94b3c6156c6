// Presets: each makes a profile that the settings accept, and says what it needs.
import { describe, expect, it } from "vitest";
import { parseRoute } from "../base/route.ts";
import { agentDraft, agentPresets } from "./agent-presets.ts";
import { checkedText } from "./draft.ts";
import { fromPreset, presetOfUrl, requirePreset } from "./preset.ts";
import { presets } from "./presets.ts";

const ways = presets.flatMap((preset) => preset.access.map((access) => ({ preset, access })));

describe("presets", () => {
  it.each(ways)("$preset.name through $access.handler is a valid profile", ({ preset, access }) => {
    const { draft } = fromPreset(preset, { handler: access.handler }, {});
    const text = checkedText(preset.name, draft);
    expect(parseRoute(draft.model)).toEqual({ handler: access.handler, model: access.model });
    expect(text).toContain(`url = "${access.url}"`);
    expect(text).toContain(preset.source);
  });

  it("no two share a name or an alias", () => {
    const servers = presets.flatMap(({ name, aliases }) => [name, ...aliases]);
    const words = [...servers, ...agentPresets.map(({ name }) => name)];
    expect(new Set(words).size).toBe(words.length);
  });

  it("a key is a reference, and only where it is wanted", () => {
    const env = { ZAI_API_KEY: "not-to-be-seen", VLLM_API_KEY: "" };
    const zai = fromPreset(requirePreset("zai"), {}, env);
    expect(zai.keyIsSet).toBe(true);
    expect(checkedText("glm", zai.draft)).toContain('api_key_ref = "env:ZAI_API_KEY"');
    expect(checkedText("glm", zai.draft)).not.toContain("not-to-be-seen");
    const vllm = fromPreset(requirePreset("vllm"), {}, env);
    expect(vllm.draft.endpoints?.[0]).not.toHaveProperty("api_key_ref");
    const locked = fromPreset(requirePreset("vllm"), {}, { VLLM_API_KEY: "x" });
    expect(locked.draft.endpoints?.[0]?.api_key_ref).toBe("env:VLLM_API_KEY");
  });

  it("an alias means its preset, a slip gets a guess", () => {
    expect(requirePreset("GLM").name).toBe("zai");
    expect(() => requirePreset("olama")).toThrow(expect.objectContaining({ hint: "did you mean ollama?" }));
  });

  it("a model of one's own runs every role, and may name the handler", () => {
    const own = fromPreset(requirePreset("zai"), { model: "glm-5-turbo" }, {});
    expect(own.draft).toMatchObject({ model: "claude:glm-5-turbo" });
    expect(own.draft).not.toHaveProperty("tiers");
    const local = fromPreset(requirePreset("zai"), { model: "local:glm-5-turbo" }, {});
    expect(local.draft.endpoints?.[0]?.provider).toBe("oai-compat");
    const colon = fromPreset(requirePreset("ollama"), { model: "gpt-oss:20b" }, {});
    expect(colon.draft.model).toBe("local:gpt-oss:20b");
  });

  it("a handler without a way there is refused with those that have one", () => {
    expect(() => fromPreset(requirePreset("deepseek"), { handler: "codex" }, {})).toThrow(
      expect.objectContaining({ code: "no-access", hint: "deepseek can be reached through claude, nex" }),
    );
  });

  it("Claude Code's own short names stay on the server's models", () => {
    const { draft } = fromPreset(requirePreset("zai"), {}, {});
    expect(draft.handlerEnv?.["claude"]).toEqual({
      ANTHROPIC_DEFAULT_OPUS_MODEL: "glm-5.3",
      ANTHROPIC_DEFAULT_SONNET_MODEL: "glm-5.3",
      ANTHROPIC_DEFAULT_HAIKU_MODEL: "glm-5.3-flash",
    });
  });

  it("a url leads to its preset by host and port", () => {
    expect(presetOfUrl("https://api.z.ai/some/other/path")?.name).toBe("zai");
    expect(presetOfUrl("http://localhost:11434/v1")?.name).toBe("ollama");
    expect(presetOfUrl("https://example.com")).toBeUndefined();
  });
});

describe("presets of agents", () => {
  it.each(agentPresets)("$name is a valid profile", (agent) => {
    const text = checkedText(agent.name, agentDraft(agent, {}));
    expect(text).toContain(`model = "acp:${agent.command}"`);
    expect(text).toContain(agent.source);
    expect(agentDraft(agent, { model: "some/model" }).model).toBe(`acp:${agent.command}#some/model`);
    expect(agentDraft(agent, { model: "acp:/opt/own acp" }).model).toBe("acp:/opt/own acp");
  });

  it("no other handler runs an agent, and a slip gets a guess", () => {
    const [agent] = agentPresets;
    expect(() => agent && agentDraft(agent, { handler: "nex" })).toThrow(/is an agent itself/);
    expect(() => requirePreset("gemeni")).toThrow(expect.objectContaining({ hint: "did you mean gemini?" }));
  });
});
