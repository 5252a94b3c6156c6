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

/** The handlers that can be told which server to ask; what an ACP agent asks is its own affair. */
export type ServedHandler = Exclude<HandlerName, "acp" | "shell">;

/** The provider kind a handler needs: claude speaks Messages, codex Responses, nex chat completions. */
export const providerOf: Record<ServedHandler, Provider> = {
  claude: "anthropic",
  codex: "openai",
  nex: "oai-compat",
};

/** True for a handler that has a provider kind. */
export function isServed(handler: HandlerName): handler is ServedHandler {
  return Object.hasOwn(providerOf, handler);
}

/**
 * Where a client's requests go. Responses and chat completions: the url with its path, or with `/v1` when it has
 * none (`http://host:8088` -> `http://host:8088/v1`). Messages: the url without a trailing `/v1`, which the client adds.
 */
export function requestUrl({ provider, url }: Pick<Endpoint, "provider" | "url">): string {
  const bare = url.replace(/\/+$/, "");
  if (provider === "anthropic") return bare.replace(/\/v1$/, "");
  return /^[a-z]+:\/\/[^/]+$/i.test(bare) ? `${bare}/v1` : bare;
}
