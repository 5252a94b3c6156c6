// Which family a model is of, so that it can be told when one judges its own kind. Pure.
import { bareName } from "../base/model-name.ts";

/** What is known of which model answered. */
export interface Answered {
  /** `handler:model`, as it was asked for. */
  route: string;
  servedModels: readonly string[];
  resolvedModel?: string;
}

/** The families that answered: as the servers said, else as the handler understood it, else as it was asked for. */
export function familiesOf({ route, servedModels, resolvedModel }: Answered): Set<string> {
  const asked = route.slice(Math.max(route.indexOf(":"), route.lastIndexOf("#")) + 1);
  const models = servedModels.length > 0 ? servedModels : [resolvedModel ?? asked];
  return new Set(models.flatMap((model) => familyOf(model) ?? []));
}

/** True when one family is among both. */
export function isRelated(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((family) => b.has(family));
}

/** Names that do not begin with that of their family. */
const others: Readonly<Record<string, string>> = {
  opus: "claude",
  opusplan: "claude",
  sonnet: "claude",
  haiku: "claude",
  fable: "claude",
  o: "gpt",
  chatgpt: "gpt",
  codex: "gpt",
  codestral: "mistral",
  devstral: "mistral",
  magistral: "mistral",
  ministral: "mistral",
  mixtral: "mistral",
  qwq: "qwen",
  gemma: "gemini",
};

/** The first word of the name behind a vendor's prefix: `us.anthropic.claude-opus-4` is a claude; undefined for words that name no model. */
function familyOf(model: string): string | undefined {
  const name = bareName(model)
    .replace(/^.*\//, "")
    .replace(/^(?:[a-z-]+\.)?(?:anthropic|openai|meta|mistral|qwen|deepseek)\./, "");
  const word = /^[a-z]+/.exec(name)?.[0];
  if (word === undefined || ["auto", "best", "default", "shell"].includes(word)) return undefined;
  return Object.hasOwn(others, word) ? others[word] : word;
}
