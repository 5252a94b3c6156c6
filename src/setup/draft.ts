// A profile before it is a file: what it holds, its text, and whether that text would be accepted.
import { messageOf, WgError } from "../base/error.ts";
import type { Role } from "../base/role.ts";
import type { PinnedValue } from "../base/secret.ts";
import type { EndpointTable } from "../config/endpoints.ts";
import { defaultLayer, fileLayer } from "../config/layers.ts";
import { tomlLiteral, tomlName } from "../config/literal.ts";
import { resolve } from "../config/resolve.ts";

/** Routes are texts (`claude:opus`); `head` is the comment on top, a line each, without the `#`. */
export interface Draft {
  head: string[];
  description: string;
  model: string;
  dispatcher?: string;
  tiers?: Record<string, string>;
  models?: Partial<Record<Role, { model?: string; endpoint?: string }>>;
  endpoints?: EndpointTable[];
  env?: Record<string, PinnedValue>;
  handlerEnv?: Record<string, Record<string, PinnedValue>>;
  fallback?: string[];
}

/** The text of a profile's file: its comment, then every section with a word on what it is for. */
export function draftText(draft: Draft): string {
  const { head, description, model, dispatcher, tiers = {}, models = {}, fallback = [] } = draft;
  const blocks = [
    [
      ...head.map((line) => `# ${oneLine(line)}`.trimEnd()),
      ...lines({ description: oneLine(description), fallback }),
    ],
    section("[agent]", { model }, "workers and chats, and every role that nothing else sets"),
    section("[dispatcher]", { model: dispatcher }),
    section("[tiers]", tiers, "a task asks for one with: wg add --tier; fast also serves the small jobs"),
    ...Object.entries(models).map(([role, choice]) => section(`[models.${role}]`, choice)),
    ...(draft.endpoints ?? []).map((endpoint) =>
      section("[[llm_endpoints.endpoints]]", { ...endpoint }, serverComment(endpoint)),
    ),
    section("[env]", draft.env ?? {}, "pinned for every handler"),
    ...Object.entries(draft.handlerEnv ?? {}).map(([handler, pins]) =>
      section(`[handlers.${handler}.env]`, pins, `pinned for ${handler} alone`),
    ),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join("\n")}\n`)
    .join("\n");
}

/**
 * The text, when the settings would accept it as a profile that stands on its own. Refuses with `bad-draft` and the
 * reason: whoever made the draft took something that cannot be.
 */
export function checkedText(name: string, draft: Draft): string {
  const text = draftText(draft);
  checkText(`${name}.toml`, name, text);
  return text;
}

/** Refuses (`bad-draft`) a profile's text that the settings would refuse; `path` is named where it is at fault. */
function checkText(path: string, name: string, text: string): void {
  try {
    const layers = [defaultLayer(), fileLayer("profile", path, text)];
    const active = { name, origin: { layer: "flag", source: path } as const, shadows: [] };
    resolve({ active, layers, extendsBase: false });
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    throw new WgError("bad-draft", `${name} would be no valid profile: ${messageOf(error)}`, {
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

/** Text from elsewhere as one line that can stand in a comment or a description. */
export function oneLine(text: string, most = 300): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, most);
}

type Values = Readonly<Record<string, PinnedValue | string | boolean | readonly string[] | undefined>>;

function section(header: string, values: Values, comment?: string): string[] {
  const body = lines(values);
  if (body.length === 0) return [];
  return [...(comment === undefined ? [] : [`# ${comment}`]), header, ...body];
}

function lines(values: Values): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [`${tomlName(key)} = ${tomlLiteral(value)}`];
  });
}

function serverComment({ api_key_ref }: EndpointTable): string {
  if (api_key_ref === undefined) return "the server; without a key";
  return "the server; its key is read where it is needed and never written here";
}
