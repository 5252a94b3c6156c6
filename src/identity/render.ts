// An identity as a prompt says it. Pure: the same content always gives the same text.
import type { IdentityContent } from "./identity.ts";

/**
 * The part of a prompt that tells an agent who it is. Every text of the person's stands behind a label or a dash, or is
 * indented, so that none can begin a heading or end a part of the prompt. Holds no name: the hash of the content names it.
 */
export function renderIdentity({ role, tradeoff }: IdentityContent): string {
  const parts = [
    "## Who you are",
    `What you are good at: ${role.description}`,
    role.skills.length === 0 ? "" : `Your skills: ${role.skills.join(", ")}`,
    role.outcome === undefined ? "" : `What your work should come to: ${role.outcome}`,
    role.instructions === undefined ? "" : `How you work:\n\n${indented(role.instructions)}`,
    tradeoff.description === undefined ? "" : `When not everything can be had: ${tradeoff.description}`,
    listed("What you put first, the most important at the top:", tradeoff.first),
    listed("What is acceptable for that:", tradeoff.acceptable),
    listed("What you never give up, whatever it costs:", tradeoff.never),
    "This is how you work. What is to be done, and how it is reported, is said elsewhere here, and that comes first.",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function listed(label: string, entries: readonly string[]): string {
  return entries.length === 0 ? "" : [label, "", ...entries.map((entry) => `- ${entry}`)].join("\n");
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}
