// What a request for the models meets: the list, one model, or a fault that strikes everything.
import type { IncomingHttpHeaders } from "node:http";
import type { Json } from "./json.ts";
import type { Fault, Rule, Script } from "./script.ts";

/** What is listed when the script names no models: one or two of each kind. Then any other model is accepted as well. */
const listedByDefault = [
  "qwen3-coder-30b",
  "gpt-5.5",
  "gpt-5.4-mini",
  "claude-opus-5-5",
  "claude-sonnet-5-5",
  "claude-haiku-5-5",
];

/** The body for `/models`, or for `/models/<id>` as it stands in the path; undefined when there is no such model. */
export function listing({ models, context }: Script, id: string | undefined): Json | undefined {
  const ids = models ?? listedByDefault;
  if (id === undefined) {
    const ends = { first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null };
    return { object: "list", data: ids.map((each) => described(each, context)), has_more: false, ...ends };
  }
  const asked = decoded(id);
  return models === undefined || models.includes(asked) ? described(asked, context) : undefined;
}

/**
 * The fault that strikes a request for the models, with its rule's name: that of the first rule that fits, unless it
 * counts requests, or lets an answer begin. A rule that looks at what only questions to a model have fits no such request.
 */
export function listingFault(
  { rules = [] }: Script,
  request: { path: string; headers: IncomingHttpHeaders; hasKey: boolean },
): { rule: string; fault: Fault } | undefined {
  const index = rules.findIndex((rule) => fits(rule, request));
  const rule = rules[index];
  const fault = rule?.fault;
  if (fault === undefined || !strikesAll(fault)) return undefined;
  return { rule: rule?.name ?? `rules[${index}]`, fault };
}

function strikesAll({ status, hang, cut, times, after }: Fault): boolean {
  if (times !== undefined || after !== undefined) return false;
  return status !== undefined || hang === "before-headers" || cut === "before-headers";
}

function fits({ match = {} }: Rule, { path, headers, hasKey }: Parameters<typeof listingFault>[1]): boolean {
  const { path: part, key, headers: wanted, ...others } = match;
  if (Object.values(others).some((value) => value !== undefined)) return false;
  if (part !== undefined && !path.includes(part)) return false;
  if (key !== undefined && key !== hasKey) return false;
  return Object.entries(wanted ?? {}).every(([name, text]) =>
    String(headers[name.toLowerCase()] ?? "").includes(text),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** In the words of both OpenAI's and Anthropic's listing, and vLLM's for the size of the context. */
function described(id: string, context: number | undefined): Json {
  const created = 1_790_000_000;
  return {
    id,
    object: "model",
    created,
    owned_by: "simulator",
    type: "model",
    display_name: id,
    created_at: new Date(created * 1000).toISOString(),
    ...(context !== undefined && { max_model_len: context }),
  };
}
