// The body of a failed request, the same in both OpenAI APIs.
import type { Json } from "./json.ts";

const known: Record<number, { type: string; code: string | null }> = {
  400: { type: "invalid_request_error", code: null },
  401: { type: "invalid_request_error", code: "invalid_api_key" },
  403: { type: "invalid_request_error", code: "insufficient_permissions" },
  404: { type: "invalid_request_error", code: "model_not_found" },
  405: { type: "invalid_request_error", code: "method_not_supported" },
  429: { type: "requests", code: "rate_limit_exceeded" },
};

/** `{ error: { message, type, param, code } }`; a `type` given is also the code, as with `insufficient_quota`. */
export function openAiError(status: number, message: string, type?: string): Json {
  const fallback = { type: status < 500 ? "invalid_request_error" : "server_error", code: null };
  const words = type === undefined ? (known[status] ?? fallback) : { type, code: type };
  return { error: { message, type: words.type, param: null, code: words.code } };
}
