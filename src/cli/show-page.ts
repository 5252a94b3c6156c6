// The page of a task as a person reads it: facts first, then its score, its text, its neighbours, its runs, its log.
import type { Assignment } from "../graph/assignment.ts";
import type { LogEntry } from "../graph/log.ts";
import type { Run } from "../graph/run.ts";
import { holdText, type State, stateOf } from "../graph/standing.ts";
import type { AssignedBy } from "../graph/tables.ts";
import type { Outline } from "../graph/task.ts";
import type { Io } from "./io.ts";
import type { Word } from "./judged.ts";
import { entryText } from "./log.ts";
import { type Colour, type Fact, factLines, indented, oneLine, section, textLines } from "./page.ts";
import { cutToWidth, paint, plain, table } from "./print.ts";
import { commitsText, identityText, profileText, servedText, spanText } from "./run-text.ts";
import { runLines } from "./run-tree.ts";
import { dueLines, scoreLines, wordLines } from "./score-text.ts";
import { type Shown, scoredAttempt } from "./shown-task.ts";
import { timeText } from "./task-print.ts";

/** Of a log the last entries, and of an entry the first lines, are on the page. */
const maxEntries = 30;
const maxEntryLines = 12;
/** Of what somebody said of the work, the beginning. */
const maxNoteLines = 20;

export function pageText(io: Io, found: Shown): string {
  const { task, needs, requiredBy, runs, artifacts, log } = found;
  const parts = [
    [paint(io, "stdout", "bold", task.id), ...factLines(io, facts(found))].join("\n"),
    ...scoreSection(io, found),
    ...section(io, "description", task.description === "" ? [] : textLines(io, task.description, 2)),
    ...section(io, "depends on", others(io, needs)),
    ...section(io, "required by", others(io, requiredBy)),
    ...section(io, "runs", runLines(io, runs)),
    ...section(io, "what went wrong", failures(io, runs)),
    ...section(
      io,
      "artifacts",
      artifacts.map(({ path }) => plain(path)),
    ),
    ...section(io, "log", logLines(io, task.id, log)),
  ];
  return parts.join("\n\n");
}

function facts({ task, assignment, latest }: Shown): Fact[] {
  const state = stateOf(task);
  const { completedAt } = task;
  return [
    ["title", task.title],
    ["status", state, stateColours[state]],
    ["held", task.hold && holdText(task.hold)],
    ["reason", task.reason],
    ["summary", task.summary],
    ["identity", assignment && assignmentText(assignment)],
    ["ran as", ranAs(assignment, latest?.plan.identity)],
    ["profile", latest && `${profileText(latest)}, revision ${latest.revision}${armText(latest)}`],
    ["requested", latest?.route],
    ["served", latest && servedText(latest)],
    ["created", timeText(task.createdAt)],
    ["started", task.startedAt && timeText(task.startedAt)],
    ["completed", completedAt && `${timeText(completedAt)}${tookText(task.startedAt, completedAt)}`],
    ["tags", task.tags.join(", ")],
    ["gate", task.gate === undefined ? undefined : String(task.gate)],
    ["priority", String(task.priority)],
    ["model", task.model],
    ["tier", task.tier],
    ["exec", task.exec],
    ["verify", task.verify],
    ["commits", latest && commitsText(latest)],
    ["repeats", task.samePlanAs && `the plan of ${task.samePlanAs}`],
  ];
}

const stateColours: Partial<Record<State, Colour>> = {
  done: "green",
  failed: "red",
  "in-progress": "cyan",
  blocked: "yellow",
  "needs-merge": "yellow",
  "in-review": "cyan",
  "needs-you": "yellow",
  abandoned: "dim",
};

const chosenBy: Record<AssignedBy, string> = {
  auto: "chosen by how agents were scored",
  model: "chosen by the assigner",
  default: "since nobody could choose",
  person: "chosen by a person",
};

function assignmentText({ identity, name, by, reason, tier, permissions }: Assignment): string {
  const who =
    identity === undefined ? "nobody in particular" : identityText({ name: name ?? "", hash: identity });
  const more = [tier && `tier ${tier}`, permissions].filter(Boolean).join(", ");
  const why = reason.trim() === "" ? "" : ` (${reason.trim().replace(/\s+/g, " ")})`;
  return `${who}, ${chosenBy[by]}${more === "" ? "" : `, with ${more}`}${why}`;
}

/** Whom the latest attempt was told to be, where that is not who is assigned now. */
function ranAs(
  assignment: Assignment | undefined,
  identity: { hash: string; name: string } | undefined,
): string | undefined {
  return identity === undefined || identity.hash === assignment?.identity
    ? undefined
    : identityText(identity);
}

function armText({ arm }: Run): string {
  return arm === "canary" ? ", as the canary" : "";
}

function tookText(startedAt: string | undefined, completedAt: string): string {
  if (startedAt === undefined) return "";
  return `, after ${spanText(Math.max(0, Date.parse(completedAt) - Date.parse(startedAt)))}`;
}

function scoreSection(io: Io, found: Shown): string[] {
  const { task, runs, judged, latest, reviews } = found;
  const due = dueLines(reviews);
  const work = scoredAttempt(found);
  if (work === undefined) return section(io, "evaluation", due);
  const plan = latest?.id === work.run ? latest.plan : undefined;
  const counting = work.words.filter(({ counts }) => counts);
  const words = counting.flatMap((word) => ["", ...noteLines(io, task.id, word)]);
  const more = judged.reduce((sum, each) => sum + each.words.length, 0) - counting.length;
  const lines = [
    ...scoreLines(io, work, { gate: plan?.review?.gate?.least ?? task.gate }),
    ...words,
    ...(more === 0 ? [] : ["", `${more} more, of other runs or that do not count: wg eval show ${task.id}`]),
    ...(due.length === 0 ? [] : ["", ...due]),
  ];
  const isEarlier = runs.some(({ id }) => id === work.run) && latest?.id !== work.run;
  return section(io, `evaluation${isEarlier ? ` of an earlier attempt, ${work.run}` : ""}`, lines);
}

function noteLines(io: Io, task: string, word: Word): string[] {
  const lines = wordLines(io, word);
  const left = lines.length - maxNoteLines;
  return left > 0
    ? [...lines.slice(0, maxNoteLines), `(and ${left} more lines: wg eval show ${task})`]
    : lines;
}

function others(io: Io, tasks: readonly Outline[]): string[] {
  if (tasks.length === 0) return [];
  const { isTTY, columns } = io.stdout;
  return table(
    ["ID", "STATUS", "TITLE"],
    tasks.map((task) => [task.id, stateOf(task), task.title]),
  )
    .split("\n")
    .map((line) => (isTTY ? cutToWidth(line, (columns || 80) - 2) : line));
}

function failures(io: Io, runs: readonly Run[]): string[] {
  return runs.flatMap(({ id, result }) =>
    result?.failure === undefined
      ? []
      : textLines(io, `${id}  ${result.failure.class}: ${oneLine(result.failure.message)}`, 2),
  );
}

function logLines(io: Io, task: string, log: readonly LogEntry[]): string[] {
  const left = log.length - maxEntries;
  const lines = log.slice(-maxEntries).flatMap((entry) => entryLines(io, task, entry));
  return left > 0 ? [`${left} earlier: wg log ${task}`, ...lines] : lines;
}

function entryLines(io: Io, task: string, entry: LogEntry): string[] {
  const lines = entryText(entry).split("\n");
  const left = lines.length - maxEntryLines;
  const shown = lines.slice(0, maxEntryLines).flatMap((line) => {
    const [first = "", ...rest] = textLines(io, line, 4);
    return [first, ...indented(rest)];
  });
  return left > 0 ? [...shown, ...indented([`(and ${left} more lines: wg log ${task})`])] : shown;
}
