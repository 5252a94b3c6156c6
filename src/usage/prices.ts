// What models cost at their vendors' list prices, each with where and when that was read. Data only.
import type { Rates } from "../base/rates.ts";

/** A list price. `at` is the day it was read; `note` what it leaves out, for people. */
export interface Price extends Rates {
  model: string;
  at: string;
  source: string;
  note?: string;
}

const anthropic = {
  at: "2026-10-24",
  source: "https://platform.claude.com/docs/en/about-claude/pricing",
  note: "input that is written to a cache costs a quarter more than is counted here",
};
/** Of OpenAI and Moonshot, as GitHub passes them on. */
const passedOn = {
  at: "2026-11-23",
  source: "https://github.com/github/docs/blob/main/data/tables/copilot/models-and-pricing.yml",
};
const longer = "a request of more than 272,000 tokens costs more than is counted here";

/**
 * Models with one price. Left out are those whose price depends on the hour (DeepSeek), differs fivefold by the length
 * of a request (Claude Haiku 5.5), or is paid by plan (GLM): what they cost is unknown unless settings say it.
 */
export const prices: readonly Price[] = [
  { model: "claude-fable-5-1", input: 10, output: 50, cached: 0.25, ...anthropic },
  { model: "claude-fable-5", input: 10, output: 50, cached: 1, ...anthropic },
  { model: "claude-opus-5-5", input: 4, output: 20, cached: 0.2, ...anthropic },
  { model: "claude-opus-5", input: 5, output: 25, cached: 0.5, ...anthropic },
  { model: "claude-opus-4-8", input: 5, output: 25, cached: 0.5, ...anthropic },
  { model: "claude-opus-4-7", input: 5, output: 25, cached: 0.5, ...anthropic },
  { model: "claude-opus-4-6", input: 5, output: 25, cached: 0.5, ...anthropic },
  { model: "claude-opus-4-5", input: 5, output: 25, cached: 0.5, ...anthropic },
  { model: "claude-sonnet-5-5", input: 2, output: 10, cached: 0.1, ...anthropic },
  { model: "claude-sonnet-5", input: 2, output: 10, cached: 0.2, ...anthropic },
  { model: "claude-haiku-4-5", input: 1, output: 5, cached: 0.1, ...anthropic },
  { model: "gpt-5.5", input: 5, output: 30, cached: 0.5, ...passedOn, note: longer },
  { model: "gpt-5.4", input: 2.5, output: 15, cached: 0.25, ...passedOn, note: longer },
  { model: "gpt-5.4-mini", input: 0.75, output: 4.5, cached: 0.075, ...passedOn },
  { model: "gpt-5.3-codex", input: 1.75, output: 14, cached: 0.175, ...passedOn },
  { model: "kimi-k3", input: 3, output: 15, cached: 0.3, ...passedOn },
  { model: "kimi-k2.7-code", input: 0.95, output: 4, cached: 0.19, ...passedOn },
];
