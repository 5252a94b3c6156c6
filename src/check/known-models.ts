// Model ids that are known, to notice a slip of the pen. It is never complete: what is not in it is warned of, not refused.
import { nearest } from "../base/nearest.ts";
import type { HandlerName } from "../base/route.ts";

/** When this list was last looked at. */
export const knownAsOf = "November 2026";

interface Known {
  patterns: readonly RegExp[];
  /** To guess from. */
  examples: readonly string[];
}

/** Only for a CLI on its own login: what a model is called elsewhere, its server says. */
const known: Partial<Record<HandlerName, Known>> = {
  claude: {
    patterns: [
      /^(default|best|opus|sonnet|haiku|fable|opusplan)(\[1m\])?$/,
      /^claude-(opus|sonnet|haiku|fable)-\d{1,2}(-\d{1,2})?(-\d{8})?(\[1m\])?$/,
      /^claude-3-[57]-(sonnet|haiku)-(\d{8}|latest)$/,
    ],
    examples: [
      "opus",
      "sonnet",
      "haiku",
      "fable",
      "opusplan",
      "claude-opus-5-5",
      "claude-sonnet-5-5",
      "claude-haiku-5-5",
    ],
  },
  codex: {
    patterns: [
      /^gpt-5(\.\d)?(-(codex|mini|nano|pro|sol|codex-mini|codex-max))?(-\d{4}-\d\d-\d\d)?$/,
      /^gpt-6(\.\d)?-(sol|luna|astra|terra)(-\d{4}-\d\d-\d\d)?$/,
      /^o[34](-mini|-pro)?$/,
      /^codex-mini-latest$/,
    ],
    examples: ["gpt-5.5", "gpt-5.4", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-6.1-sol"],
  },
};

/** True when a handler's own vendor has, or could have, a model of this id. */
export function isKnownModel(handler: HandlerName, model: string): boolean {
  return known[handler]?.patterns.some((pattern) => pattern.test(model)) ?? true;
}

/** The known id nearest to a model's, where one is near. */
export function likeModel(handler: HandlerName, model: string): string | undefined {
  return nearest(model, known[handler]?.examples ?? []);
}
