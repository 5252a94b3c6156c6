// `wg eval show`: all that was said of a task's work, run by run, and what of it counts.
import type { Weights } from "../base/dimension.ts";
import { type Graph, snapshot } from "../graph/database.ts";
import { reviewsOf } from "../graph/review.ts";
import { findRun, type Run } from "../graph/run.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { type JudgedRun, judgedRuns, type Ran, ranOf, type Word } from "./judged.ts";
import { indented, wrapped } from "./page.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { kindText, modelsText } from "./run-text.ts";
import { dueLines, scoreLines, scoresText, wordLines } from "./score-text.ts";
import { weightsHere } from "./weights-here.ts";

/** Prints every evaluation of the task's runs. Refuses (`no-task`). */
export function showEvaluations(io: Io, id: string, { json }: { json?: true }): void {
  withGraph(io, (graph) => {
    requireTask(graph, id);
    const weights = weightsHere(io);
    const { works, reviews } = snapshot(graph, () => ({
      works: judgedRuns(graph, id, weights).map((work) => ({ ...work, ...aboutRun(graph, work.run) })),
      reviews: reviewsOf(graph, id),
    }));
    if (json) return printJson(io, { task: id, weights, runs: works.map(workJson), reviews });
    const due = dueLines(reviews);
    if (works.length === 0) {
      return say(io, due.length === 0 ? `the work of ${id} was not evaluated yet` : due.join("; "));
    }
    print(io, works.map((work) => workText(io, work, weights)).join("\n\n"));
    if (due.length > 0) say(io, due.join("; "));
  });
}

/** What the judged run was; `kind` is its role, or `rerun`. */
interface Work extends JudgedRun {
  kind: string;
  on?: Ran & Pick<Run, "attempt">;
}

function aboutRun(graph: Graph, id: string): Pick<Work, "kind" | "on"> {
  const run = findRun(graph, id);
  if (run === undefined) return { kind: "run" };
  return { kind: kindText(run), on: { attempt: run.attempt, ...ranOf(run) } };
}

function workJson({ words, ...work }: Work): Record<string, unknown> {
  return { ...work, evaluations: words };
}

function workText(io: Io, work: Work, weights: Weights): string {
  const { run, kind, on, words } = work;
  const place =
    on === undefined ? "" : `: attempt ${on.attempt} on ${on.profile}@${on.revision}, ${modelsText(on)}`;
  const head = wrapped(io, plain(`${kind} ${run}${place}`), 2);
  const scored = scoreLines(io, work, { weights });
  const other = words.filter(({ counts }) => !counts);
  const lines = [
    ...scored,
    ...words.filter(({ counts }) => counts).flatMap((word) => ["", ...wordLines(io, word)]),
    ...(other.length === 0 ? [] : [...(scored.length === 0 ? [] : [""]), "what does not count:"]),
    ...other.flatMap((word) => indented(otherLines(io, word))),
  ];
  return [...head.map((line) => paint(io, "stdout", "bold", line)), ...indented(lines)].join("\n");
}

/** Its scores in a line, before what it noted. */
function otherLines(io: Io, word: Word): string[] {
  const said = [scoresText(word), word.notes].filter((text) => text !== "");
  return wordLines(io, { ...word, notes: said.join("\n") });
}
