// A named model server, and which handlers can talk to it.
import type { HandlerName } from "./route.ts";

/** What a server speaks: chat completions, OpenAI Responses, or Anthropic Messages. */
export const providers = ["oai-compat", "openai", "anthropic"] as const;
export type Provider = (typeof providers)[number];

/** `url` without a trailing slash; `keyRef` is a reference (`env:NAME` ...), never a key. */
export interface Endpoint {
  name: string;
  provider: Provider;
  url: string;
  keyRef?: string;
}

/** The provider kind a handler needs: claude speaks Messages, codex Responses, nex chat completions. */
export const providerOf: Record<Exclude<HandlerName, "shell">, Provider> = {
  claude: "anthropic",
  codex: "openai",
  nex: "oai-compat",
};
