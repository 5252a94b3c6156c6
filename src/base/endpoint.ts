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

/**
 * Where a client's requests go. Responses and chat completions: the url with its path, or with `/v1` when it has
 * none (`http://host:8088` -> `http://host:8088/v1`). Messages: the url without a trailing `/v1`, which the client adds.
 */
export function requestUrl({ provider, url }: Pick<Endpoint, "provider" | "url">): string {
  const bare = url.replace(/\/+$/, "");
  if (provider === "anthropic") return bare.replace(/\/v1$/, "");
  return /^[a-z]+:\/\/[^/]+$/i.test(bare) ? `${bare}/v1` : bare;
}

/**
 * Where `chat/completions`, `responses` and `models` of an OpenAI-like server are: the url itself when its path names
 * a version (`https://api.example.com/paas/v4`), else the url with `/v1`. A query stays at the end.
 */
export function versionedUrl(url: string): string {
  const [place = "", query] = url.split("?", 2);
  const path = place.replace(/^https?:\/\/[^/]*/i, "");
  const versioned = /\/v\d+[a-z0-9]*(\/|$)/.test(path) ? place : `${place.replace(/\/+$/, "")}/v1`;
  return query === undefined ? versioned : `${versioned}?${query}`;
}

/** The url that Anthropic clients want, who add `/v1/messages` themselves: without a `/v1` at its end. */
export function unversionedUrl(url: string): string {
  return url.replace(/\/v1\/*$/, "");
}
