// Tokens and dollars of a claude run alone: Claude's own totals go on counting when a session is resumed.
import type { Cost, Usage } from "../graph/result.ts";
import { countOf, type Fields, fieldsOf, numberOf, textOf } from "./fields.ts";

/**
 * The tokens of this run alone, from its `result` events: per model since the result before, summed. Older versions do
 * not tell that; then the last totals are taken for a fresh session, and for a resumed one the `usage` of the main
 * agent. Undefined without a result.
 */
export function resultUsage(results: readonly Fields[], isResumed: boolean): Usage | undefined {
  const models = modelsOf(results, isResumed);
  if (models !== undefined) return models.map(modelUsage).reduce(addUsage, noUsage);
  const last = results.at(-1);
  return last && messageUsage(fieldsOf(last["usage"]));
}

/**
 * Claude's own reckoning, taken when every model is one of Anthropic's, at list price: for another it guesses. A
 * resumed session whose earlier part cannot be told apart has an unknown cost.
 */
export function costOf(results: readonly Fields[], isResumed: boolean): Cost {
  let usd = 0;
  for (const { name, fields } of modelsOf(results, isResumed) ?? [unknownModel]) {
    const cost = numberOf(fields["costUSD"]);
    const basis = textOf(fields["costBasis"]) ?? "list";
    if (cost === undefined || basis !== "list" || !name.startsWith("claude-")) return { source: "unknown" };
    usd += cost;
  }
  return { usd, source: "reported" };
}

/** The usage of messages that began, as of their first word: a lower bound for a run that was stopped. */
export function streamedUsage(messages: Iterable<Fields>): Usage {
  let sum = noUsage;
  for (const usage of messages) sum = addUsage(sum, messageUsage(usage));
  return sum;
}

interface ModelFields {
  name: string;
  fields: Fields;
}

const noUsage: Usage = { input: 0, output: 0, cached: 0 };
const unknownModel: ModelFields = { name: "", fields: {} };

function modelsOf(results: readonly Fields[], isResumed: boolean): ModelFields[] | undefined {
  const fresh = results.map((result) => result["model_usage_since_last_result"]);
  if (fresh.length > 0 && !fresh.includes(undefined)) return fresh.flatMap(modelFields);
  const total = results.at(-1)?.["modelUsage"];
  return isResumed || total === undefined ? undefined : modelFields(total);
}

function modelFields(usage: unknown): ModelFields[] {
  return Object.entries(fieldsOf(usage)).map(([name, fields]) => ({ name, fields: fieldsOf(fields) }));
}

function addUsage(a: Usage, b: Usage): Usage {
  return { input: a.input + b.input, output: a.output + b.output, cached: a.cached + b.cached };
}

function modelUsage({ fields }: ModelFields): Usage {
  const cached = countOf(fields["cacheReadInputTokens"]);
  const input = countOf(fields["inputTokens"]) + cached + countOf(fields["cacheCreationInputTokens"]);
  return { input, cached, output: countOf(fields["outputTokens"]) };
}

/** The `usage` of one message. */
export function messageUsage(fields: Fields): Usage {
  const cached = countOf(fields["cache_read_input_tokens"]);
  const input = countOf(fields["input_tokens"]) + cached + countOf(fields["cache_creation_input_tokens"]);
  return { input, cached, output: countOf(fields["output_tokens"]) };
}
