// Breaking a goal into tasks: what the dispatcher's model is asked, and what of its answer is taken.
import { WgError } from "../base/error.ts";
import { checkId } from "../graph/slug.ts";
import type { Task } from "../graph/task.ts";
import { checkedDescription, checkedTags, checkedTitle } from "../graph/task-text.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../handlers/fields.ts";

/** A task that a model proposes. `needs` are keys of other proposals, or ids of tasks that exist. */
export interface Proposal {
  key: string;
  title: string;
  description: string;
  needs: string[];
  tags: string[];
  model?: string;
  tier?: string;
}

/** What a breakdown may refer to. */
export interface Ground {
  /** Tasks there are: a proposal may wait for them. */
  tasks: readonly Pick<Task, "id" | "title" | "status">[];
  tiers: readonly string[];
  /** Route texts of the active settings: work goes nowhere else. */
  routes: readonly string[];
}

const maxProposals = 40;
/** A description that a model needs more for is a document. */
const maxDescription = 4000;
const maxShownTasks = 200;

/** What the model is asked. */
export function breakdownPrompt(goal: string, { tasks, tiers, routes }: Ground): string {
  const shown = tasks.slice(-maxShownTasks).map(({ id, status, title }) => `- ${id} (${status}): ${title}`);
  return [
    "Break a goal into tasks for coding agents. Look at the project first where that helps; change nothing.",
    `## The goal\n\n${goal.trim()}`,
    ...(shown.length === 0 ? [] : [`## Tasks there are already\n\n${shown.join("\n")}`]),
    [
      "## The answer",
      "",
      'One JSON object and nothing else: {"tasks": [{"key": "...", "title": "...", "description": "...", "needs": ["..."]}]}',
      "",
      "- `key`: a short name, lower-case letters, digits and dashes.",
      "- `title`: one line that says what is to be done. `description`: all that an agent who knows nothing else must",
      "  know: where, how, and how to tell that it is done.",
      "- `needs`: keys of tasks whose results it builds on, or ids of tasks there are already. No circles. Tasks that do",
      "  not need each other run at the same time, so two of them must not change the same files.",
      `- Few and whole rather than many and tiny: at most ${maxProposals}, often three to eight; each an hour's work or less.`,
      ...(tiers.length === 0 ? [] : [`- \`tier\`, only where it matters: one of ${tiers.join(", ")}.`]),
      ...(routes.length < 2 ? [] : [`- \`model\`, only where it matters: one of ${routes.join(", ")}.`]),
      "- `tags`, only where they help: words.",
    ].join("\n"),
  ].join("\n\n");
}

/**
 * The proposals of an answer, each after all that it needs. Refuses (`bad-answer`, `bad-title` ...) what could not be
 * added as it stands: a missing text, an unknown need, tier or model, a key twice, a circle, too many.
 */
export function readBreakdown(answer: unknown, ground: Ground): Proposal[] {
  const items = listOf(fieldsOf(answer)["tasks"]).map(fieldsOf);
  if (items.length === 0) throw bad('it has no list "tasks" with a task in it');
  if (items.length > maxProposals) throw bad(`it has ${items.length} tasks, the limit is ${maxProposals}`);
  const proposals = items.map((item) => readProposal(item, ground));
  const keys = new Set<string>();
  for (const { key } of proposals) {
    if (keys.has(key)) throw bad(`the key ${key} stands twice`);
    keys.add(key);
  }
  const known = new Set([...keys, ...ground.tasks.map(({ id }) => id)]);
  for (const { key, needs } of proposals) {
    const unknown = needs.find((need) => !known.has(need));
    if (unknown !== undefined) throw bad(`${key} needs ${unknown}, which is no task`);
  }
  return inOrder(proposals);
}

function readProposal(item: Fields, { tiers, routes }: Ground): Proposal {
  const key = textOf(item["key"]) ?? "";
  checkId(key);
  const description = checkedDescription(textOf(item["description"]) ?? "");
  if (description.length > maxDescription) {
    throw bad(
      `the description of ${key} has ${description.length} characters, the limit is ${maxDescription}`,
    );
  }
  const tier = oneOf(item, "tier", tiers, key);
  const model = oneOf(item, "model", routes, key);
  return {
    key,
    title: checkedTitle(textOf(item["title"]) ?? ""),
    description,
    needs: [...new Set(textsOf(item, "needs", key))],
    tags: checkedTags(textsOf(item, "tags", key)),
    ...(tier !== undefined && { tier }),
    ...(model !== undefined && { model }),
  };
}

function oneOf(item: Fields, name: string, allowed: readonly string[], key: string): string | undefined {
  const value = item[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && allowed.includes(value)) return value;
  throw bad(`${key} has the ${name} ${JSON.stringify(value)}, which the settings do not have`);
}

function textsOf(item: Fields, name: string, key: string): string[] {
  return listOf(item[name]).map((each) => {
    if (typeof each !== "string") throw bad(`${name} of ${key} holds something that is no text`);
    return each;
  });
}

/** Each after all that it needs, else in the order given. */
function inOrder(proposals: readonly Proposal[]): Proposal[] {
  const ordered: Proposal[] = [];
  let waiting = [...proposals];
  while (waiting.length > 0) {
    const held = new Set(waiting.map(({ key }) => key));
    const free = waiting.filter(({ needs }) => !needs.some((need) => held.has(need)));
    if (free.length === 0) throw bad(`these tasks wait for each other: ${[...held].join(", ")}`);
    ordered.push(...free);
    waiting = waiting.filter((proposal) => !free.includes(proposal));
  }
  return ordered;
}

function bad(message: string): WgError {
  return new WgError("bad-answer", message);
}
