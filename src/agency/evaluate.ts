// Scoring finished work: what an evaluator is asked, and what of its answer is taken.
import { type Dimension, dimensionFacts, dimensions, type Scores } from "../base/dimension.ts";
import { WgError } from "../base/error.ts";
import type { Task } from "../graph/task.ts";
import { type Fields, fieldsOf, textOf } from "../handlers/fields.ts";
import type { Evidence } from "./evidence.ts";
import { material, materialRule, middleOut, type Seal, sealRule } from "./material.ts";

/** What was found: some dimensions, each from 0 to 1, and words a person can act on. */
export interface Judgement {
  scores: Scores;
  notes: string;
}

const maxNotes = 4000;

/** What an evaluator scores. */
export const evaluated = dimensions.filter((name) => dimensionFacts[name].by === "evaluator");

/** The task as it was asked for: untrusted as any text. */
export function askedText({
  title,
  description,
  tags,
}: Pick<Task, "title" | "description" | "tags">): string {
  const tagged = tags.length === 0 ? "" : `\n\nTags: ${tags.join(", ")}`;
  return `${title}\n\n${middleOut(description, 20_000)}${tagged}`;
}

/** What the evaluator is asked. */
export function evaluatePrompt(
  task: Parameters<typeof askedText>[0],
  evidence: Evidence,
  seal: Seal,
): string {
  const { changes, files, steps, log, check, closing, waiting, facts } = evidence;
  const parts = [
    "An agent has worked on a task. Score what it really did: what was changed and made counts, not what it says of itself.",
    materialRule(seal),
    material(seal, "task", askedText(task)),
    material(seal, "changes", changes),
    material(seal, "files", files),
    material(seal, "steps", steps),
    material(seal, "log", log),
    material(seal, "check", check),
    material(seal, "closing words", closing),
    material(seal, "tasks that wait for it", waiting),
    `Facts, as wg knows them:\n${facts}`,
    answerRule(seal),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function answerRule(seal: Seal): string {
  const wanted = evaluated.map((name) => `- \`${name}\`: ${dimensionFacts[name].meaning}.`);
  const example = evaluated.map((name) => `"${name}": 0.0`).join(", ");
  return [
    "Answer with one JSON object and nothing else:",
    `{"seal": "...", ${example}, "notes": "..."}`,
    "",
    `- ${sealRule(seal)}`,
    "- Each of these is a number from 0 to 1, where 1 is the best there is, 0.7 is good work, and 0 is nothing of it:",
    ...wanted,
    "- `notes`: what to do better, so that whoever works on it next can act on it: where, what, how. A few sentences.",
    "Where you cannot tell, say so in the notes and score it low rather than high.",
  ].join("\n");
}

/** The scores of an answer. Refuses (`bad-answer`) one that lacks the seal, a dimension or notes, or has anything else. */
export function readEvaluation(answer: unknown, seal: Seal): Judgement {
  const fields = sealed(answer, seal, [...evaluated, "notes"]);
  const scores = Object.fromEntries(evaluated.map((name) => [name, scoreIn(fields, name)])) as Scores; // As asked for.
  return { scores, notes: notesIn(fields) };
}

/** The fields of an answer to the question of this seal, which has to have exactly those that were asked for. */
export function sealed(answer: unknown, seal: Seal, wanted: readonly string[]): Fields {
  const { seal: given, ...fields } = fieldsOf(answer);
  if (given !== seal) throw bad("it does not repeat the seal");
  const extra = Object.keys(fields).find((name) => !wanted.includes(name));
  if (extra !== undefined) throw bad(`it has ${JSON.stringify(extra.slice(0, 40))}, which was not asked for`);
  return fields;
}

/** A score, from 0 to 1. */
export function scoreIn(fields: Fields, name: Dimension): number {
  const value = fields[name];
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw bad(value === undefined ? `${name} is missing` : `${name} is no number from 0 to 1`);
}

/** The notes: some words. */
export function notesIn(fields: Fields): string {
  const notes = textOf(fields["notes"])?.trim() ?? "";
  if (notes === "") throw bad("it has no notes");
  return notes.replaceAll("\0", "").slice(0, maxNotes);
}

export function bad(message: string): WgError {
  return new WgError("bad-answer", message);
}
