// The presets: model servers people use, how to reach each, and where that was read. Data only.
import type { ServedHandler } from "../base/endpoint.ts";

/** One way to a server: through which handler, at which url, with which models. `small` serves the small jobs. */
export interface Access {
  handler: ServedHandler;
  url: string;
  model: string;
  small?: string;
}

/** `access` begins with the way taken when none is asked for. `checked` is the month in which `source` was read. */
export interface Preset {
  name: string;
  aliases: readonly string[];
  title: string;
  /** The variable its key is read from; `needed` is false where a server asks for one only when it was told to. */
  key?: { variable: string; needed: boolean };
  access: readonly [Access, ...Access[]];
  note: string;
  checked: string;
  source: string;
}

/** Hosted first, then what runs on one's own machine. */
export const presets: readonly Preset[] = [
  {
    name: "openrouter",
    aliases: [],
    title: "OpenRouter",
    key: { variable: "OPENROUTER_API_KEY", needed: true },
    access: [
      { handler: "nex", url: "https://openrouter.ai/api/v1", model: "anthropic/claude-sonnet-5" },
      {
        handler: "claude",
        url: "https://openrouter.ai/api",
        model: "anthropic/claude-sonnet-5",
        small: "anthropic/claude-haiku-4.5",
      },
      { handler: "codex", url: "https://openrouter.ai/api/v1", model: "openai/gpt-5.3-codex" },
    ],
    note: "Model names are whole slugs, vendor/model. OpenRouter vouches for Claude Code with Anthropic's models only; take nex for the others.",
    checked: "2026-11",
    source: "https://openrouter.ai/docs/guides/coding-agents",
  },
  {
    name: "deepseek",
    aliases: [],
    title: "DeepSeek",
    key: { variable: "DEEPSEEK_API_KEY", needed: true },
    access: [
      { handler: "claude", url: "https://api.deepseek.com/anthropic", model: "deepseek-flash" },
      { handler: "nex", url: "https://api.deepseek.com", model: "deepseek-flash" },
    ],
    note: "deepseek-v4-pro is the larger model. Names that begin with claude are answered by a DeepSeek model; other unknown names are refused.",
    checked: "2026-11",
    source: "https://api-docs.deepseek.com/guides/anthropic_api",
  },
  {
    name: "kimi",
    aliases: ["moonshot"],
    title: "Kimi (Moonshot AI)",
    key: { variable: "MOONSHOT_API_KEY", needed: true },
    access: [
      {
        handler: "claude",
        url: "https://api.moonshot.ai/anthropic",
        model: "kimi-k3",
        small: "kimi-k2.7-code",
      },
      { handler: "nex", url: "https://api.moonshot.ai/v1", model: "kimi-k3", small: "kimi-k2.7-code" },
      { handler: "codex", url: "https://api.moonshot.ai/v1", model: "kimi-k3", small: "kimi-k2.7-code" },
    ],
    note: "In China the host is api.moonshot.cn. Keys of the Kimi Code plan (api.kimi.com/coding) do not work here.",
    checked: "2026-11",
    source: "https://platform.kimi.ai/docs/api/overview",
  },
  {
    name: "zai",
    aliases: ["glm", "z.ai", "zhipu"],
    title: "GLM (Z.ai)",
    key: { variable: "ZAI_API_KEY", needed: true },
    access: [
      {
        handler: "claude",
        url: "https://api.z.ai/api/anthropic",
        model: "glm-5.3",
        small: "glm-5.3-flash",
      },
      {
        handler: "nex",
        url: "https://api.z.ai/api/coding/paas/v4",
        model: "glm-5.3",
        small: "glm-5.3-flash",
      },
      { handler: "codex", url: "https://api.z.ai/api/v1", model: "glm-5.3", small: "glm-5.3-flash" },
    ],
    note: "Urls of the GLM Coding Plan. Paying by use, nex goes to https://api.z.ai/api/paas/v4. In China the host is open.bigmodel.cn.",
    checked: "2026-11",
    source: "https://docs.z.ai/api-reference/introduction",
  },
  {
    name: "minimax",
    aliases: [],
    title: "MiniMax",
    key: { variable: "MINIMAX_API_KEY", needed: true },
    access: [
      { handler: "claude", url: "https://api.minimax.io/anthropic", model: "MiniMax-M3" },
      { handler: "nex", url: "https://api.minimax.io/v1", model: "MiniMax-M3" },
      { handler: "codex", url: "https://api.minimax.io/v1", model: "MiniMax-M3" },
    ],
    note: "In China the host is api.minimaxi.com. Over nex the model's thinking arrives within its text.",
    checked: "2026-11",
    source: "https://platform.minimax.io/docs/api-reference/text-anthropic-api",
  },
  {
    name: "ollama",
    aliases: [],
    title: "Ollama",
    access: [
      { handler: "nex", url: "http://127.0.0.1:11434", model: "qwen3-coder" },
      { handler: "claude", url: "http://127.0.0.1:11434", model: "qwen3-coder" },
      { handler: "codex", url: "http://127.0.0.1:11434", model: "gpt-oss:20b" },
    ],
    note: "Pull the model first: ollama pull <model>. Agents need a long context: set OLLAMA_CONTEXT_LENGTH where the server runs.",
    checked: "2026-11",
    source: "https://docs.ollama.com/api/openai-compatibility",
  },
  {
    name: "lmstudio",
    aliases: ["lm-studio"],
    title: "LM Studio",
    key: { variable: "LM_API_TOKEN", needed: false },
    access: [
      { handler: "nex", url: "http://127.0.0.1:1234", model: "openai/gpt-oss-20b" },
      { handler: "claude", url: "http://127.0.0.1:1234", model: "openai/gpt-oss-20b" },
      { handler: "codex", url: "http://127.0.0.1:1234", model: "openai/gpt-oss-20b" },
    ],
    note: "Start its server with: lms server start. A key is wanted only with Require Authentication.",
    checked: "2026-11",
    source: "https://lmstudio.ai/docs/developer/anthropic-compat",
  },
  {
    name: "llama.cpp",
    aliases: ["llamacpp", "llama-cpp", "llama-server"],
    title: "llama.cpp (llama-server)",
    key: { variable: "LLAMA_API_KEY", needed: false },
    access: [
      { handler: "nex", url: "http://127.0.0.1:8080", model: "default" },
      { handler: "claude", url: "http://127.0.0.1:8080", model: "default" },
    ],
    note: "A server with one model answers to any name; wg setup writes the name that it lists. Tools need its --jinja, now the default.",
    checked: "2026-11",
    source: "https://huggingface.co/blog/ggml-org/anthropic-messages-api-in-llamacpp",
  },
  {
    name: "vllm",
    aliases: [],
    title: "vLLM",
    key: { variable: "VLLM_API_KEY", needed: false },
    access: [
      { handler: "nex", url: "http://127.0.0.1:8000", model: "openai/gpt-oss-120b" },
      { handler: "claude", url: "http://127.0.0.1:8000", model: "openai/gpt-oss-120b" },
      { handler: "codex", url: "http://127.0.0.1:8000", model: "openai/gpt-oss-120b" },
    ],
    note: "Start it with --enable-auto-tool-choice and the tool call parser of its model; the model is what it was started with.",
    checked: "2026-11",
    source: "https://docs.vllm.ai/en/stable/serving/integrations/claude_code/",
  },
  {
    name: "litellm",
    aliases: [],
    title: "LiteLLM proxy",
    key: { variable: "LITELLM_API_KEY", needed: true },
    access: [
      { handler: "nex", url: "http://127.0.0.1:4000", model: "claude-sonnet-5" },
      { handler: "claude", url: "http://127.0.0.1:4000", model: "claude-sonnet-5" },
      { handler: "codex", url: "http://127.0.0.1:4000", model: "gpt-5.3-codex" },
    ],
    note: "The model is a model_name of the proxy's own config, the key one of its virtual keys.",
    checked: "2026-11",
    source: "https://docs.litellm.ai/docs/proxy/client_setup/claude_code",
  },
];
