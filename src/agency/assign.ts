// Choosing who does a task: what an assigner is asked, and what of its answer is taken.
import type { Permissions } from "../base/role.ts";
import type { Assignment } from "../graph/assignment.ts";
import type { PlannedAssigning } from "../graph/plan.ts";
import { textOf } from "../handlers/fields.ts";
import { askedText, bad, sealed } from "./evaluate.ts";
import { material, materialRule, type Seal, sealRule } from "./material.ts";

const maxReason = 1000;

/** What the assigner is asked. */
export function assignPrompt(
  task: Parameters<typeof askedText>[0],
  { candidates, tiers, permissions }: PlannedAssigning,
  seal: Seal,
): string {
  const people = candidates.map(({ name, about, runs, mean }) => {
    const record = mean === undefined ? "no scores yet" : `scored ${mean.toFixed(2)} in ${runs} runs`;
    return `- \`${name}\` (${record}): ${about}`;
  });
  const parts = [
    "Choose which agent is to do a task: the one whose skills and way of working fit it best.",
    materialRule(seal),
    material(seal, "task", askedText(task)),
    `The agents there are:\n${people.join("\n")}`,
    [
      "Answer with one JSON object and nothing else:",
      '{"seal": "...", "identity": "...", "reason": "..."}',
      "",
      `- ${sealRule(seal)}`,
      "- `identity`: the name of one of the agents, as it stands here.",
      "- `reason`: one sentence.",
      ...(tiers.length === 0
        ? []
        : [
            `- \`tier\`, only where the task clearly asks for more or less than usual: one of ${tiers.join(", ")}.`,
          ]),
      ...(permissions.length < 2
        ? []
        : [`- \`permissions\`, only where less is enough for it: one of ${permissions.join(", ")}.`]),
    ].join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Whom the model chose. Refuses (`bad-answer`) anybody that was not named to it, and any right that was not offered. */
export function readAssignment(
  answer: unknown,
  { candidates, tiers, permissions }: PlannedAssigning,
  seal: Seal,
): Omit<Assignment, "at" | "task"> {
  const fields = sealed(answer, seal, ["identity", "reason", "tier", "permissions"]);
  const name = textOf(fields["identity"]);
  const chosen = candidates.find((candidate) => candidate.name === name);
  if (chosen === undefined) throw bad(`there is no agent ${JSON.stringify(name ?? "").slice(0, 80)}`);
  const reason = textOf(fields["reason"])?.trim() ?? "";
  if (reason === "") throw bad("it has no reason");
  return {
    identity: chosen.hash,
    name: chosen.name,
    by: "model",
    reason: reason.replace(/\s+/g, " ").slice(0, maxReason),
    ...oneOf("tier", fields["tier"], tiers),
    ...oneOf<"permissions", Permissions>("permissions", fields["permissions"], permissions),
  };
}

/** A choice that may be left out: with `null` or not at all. */
function oneOf<Name extends string, Value extends string>(
  name: Name,
  given: unknown,
  offered: readonly Value[],
): Partial<Record<Name, Value>> {
  if (given === undefined || given === null) return {};
  const found = offered.find((each) => each === given);
  if (found === undefined) throw bad(`${name} is none of those that were offered`);
  return { [name]: found } as Partial<Record<Name, Value>>; // One key, of this name.
}
