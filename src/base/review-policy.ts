// Whose work is looked at: all, that with a tag, a share of it, or none.
import { createHash } from "node:crypto";

/** `share` is above 0 and at most 1. */
export type ReviewPolicy = { kind: "always" | "tagged" | "off" } | { kind: "sample"; share: number };

/** `always`, `tagged`, `off` or `sample:0.2`; undefined for anything else. */
export function reviewPolicyOf(text: string): ReviewPolicy | undefined {
  if (text === "always" || text === "tagged" || text === "off") return { kind: text };
  const share = Number(/^sample:((?:0?\.\d{1,4})|1(?:\.0{1,4})?)$/.exec(text)?.[1] ?? "0");
  return share > 0 ? { kind: "sample", share } : undefined;
}

/** True when the policy takes this run: by its task's tags, or by chance that is the same whenever it is asked. */
export function isReviewed(
  policy: ReviewPolicy,
  { run, tags, tag }: { run: string; tags: readonly string[]; tag: string },
): boolean {
  switch (policy.kind) {
    case "always":
      return true;
    case "off":
      return false;
    case "tagged":
      return tags.includes(tag);
    case "sample":
      return chanceOf(`${tag} ${run}`) < policy.share;
  }
}

/** A number from 0 to below 1 that is evenly spread over texts. */
export function chanceOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
