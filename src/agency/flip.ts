// Fidelity by inference: what was asked is guessed from the work alone, then compared with what was asked.
import { dimensionFacts } from "../base/dimension.ts";
import { textOf } from "../handlers/fields.ts";
import { askedText, bad, type Judgement, notesIn, scoreIn, sealed } from "./evaluate.ts";
import type { Evidence } from "./evidence.ts";
import { material, materialRule, middleOut, type Seal, sealRule } from "./material.ts";

/** The task whose intent is measured. */
export type Intent = Parameters<typeof askedText>[0] & { id: string };

const maxInferred = 8000;

/** First: what was asked, to judge by the work? The work is shown without the words of its task. */
export function inferPrompt(task: Intent, evidence: Evidence, seal: Seal): string {
  const { changes, files, steps, log } = evidence;
  const shown = (name: string, text: string) => material(seal, name, withoutTask(text, task));
  const parts = [
    "An agent has worked on a task that you do not know. From what it did alone, infer what it was asked to do.",
    materialRule(seal),
    shown("changes", changes),
    shown("files", files),
    shown("steps", steps),
    shown("log", log),
    [
      "Answer with one JSON object and nothing else:",
      '{"seal": "...", "asked": "..."}',
      "",
      `- ${sealRule(seal)}`,
      "- `asked`: the task as it must have been given, complete and no more than the work shows. Where the work shows",
      "  nothing of a task, say that.",
    ].join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What the model inferred. Refuses (`bad-answer`) what does not say anything. */
export function readInferred(answer: unknown, seal: Seal): string {
  const asked = textOf(sealed(answer, seal, ["asked"])["asked"])?.trim() ?? "";
  if (asked === "") throw bad("`asked` is empty");
  return asked.slice(0, maxInferred);
}

/** Then: how near is that to what was asked? */
export function comparePrompt(task: Intent, inferred: string, seal: Seal): string {
  return [
    "Somebody looked at finished work without knowing its task, and inferred from the work what must have been asked. The",
    "nearer that is to what was asked, the truer the work is to its intent. Compare the two.",
    materialRule(seal),
    material(seal, "what was asked", askedText(task)),
    material(seal, "what was inferred", inferred),
    [
      "Answer with one JSON object and nothing else:",
      '{"seal": "...", "intent_fidelity": 0.0, "notes": "..."}',
      "",
      `- ${sealRule(seal)}`,
      `- \`intent_fidelity\`: a number from 0 to 1, 1 is the best: ${dimensionFacts.intent_fidelity.meaning}. 0 when they have`,
      "  nothing in common, 0.5 when half of what was asked can be seen, 1 when all of it can and nothing else.",
      "- `notes`: what was asked and cannot be seen in the work, and what the work has beyond it. A few sentences.",
    ].join("\n"),
  ].join("\n\n");
}

/** The fidelity of an answer. Refuses (`bad-answer`) what is not one. */
export function readFidelity(answer: unknown, seal: Seal): Judgement {
  const fields = sealed(answer, seal, ["intent_fidelity", "notes"]);
  return { scores: { intent_fidelity: scoreIn(fields, "intent_fidelity") }, notes: notesIn(fields) };
}

/** A text without the task's own words, which commits, branches and logs repeat: its id, its title, its description. */
export function withoutTask(text: string, { id, title, description }: Intent): string {
  const own = [description.trim(), title.trim(), id].filter((words) => words.length > 3);
  return middleOut(
    own.reduce((rest, words) => rest.replaceAll(words, "(the task)"), text),
    60_000,
  );
}
