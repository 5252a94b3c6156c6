// The runs of a task as a tree: who judged a run, and what repeats it, stand below it.
import type { Run } from "../graph/run.ts";
import type { Io } from "./io.ts";
import { wrapped } from "./page.ts";
import { paint, plain, table } from "./print.ts";
import { costText, durationMs, kindText, modelsText, spanText, stateText, tokensText } from "./run-text.ts";

interface Branch {
  run: Run;
  depth: number;
}

/** Two lines a run, the oldest first: what it was and came to, and what it ran on. */
export function runLines(io: Io, runs: readonly Run[]): string[] {
  if (runs.length === 0) return [];
  const branches = branchesOf(runs);
  const rows = branches.map(({ run, depth }) => [
    `${"  ".repeat(depth)}${run.id}`,
    ...[kindText(run), stateText(run), spanText(durationMs(run, io.now())), costText(run.result?.cost)],
  ]);
  const [head = "", ...lines] = table(["RUN", "ROLE", "RESULT", "TOOK", "COST"], rows).split("\n");
  return [head, ...branches.flatMap((branch, index) => [lines[index] ?? "", ...placeLines(io, branch)])];
}

/** What is about a run follows it. What is about none that is here stands for itself. */
function branchesOf(runs: readonly Run[]): Branch[] {
  const known = new Set(runs.map(({ id }) => id));
  const about = new Map<string | undefined, Run[]>();
  for (const run of runs) {
    const subject = run.subject !== undefined && known.has(run.subject) ? run.subject : undefined;
    about.set(subject, [...(about.get(subject) ?? []), run]);
  }
  const below = (subject: string | undefined, depth: number): Branch[] =>
    (about.get(subject) ?? []).flatMap((run) => [{ run, depth }, ...below(run.id, depth + 1)]);
  return below(undefined, 0);
}

function placeLines(io: Io, { run, depth }: Branch): string[] {
  const { failover, arm } = run;
  const instead = failover === undefined ? "" : ` (for ${failover.from})`;
  const side = arm === "canary" ? " (canary)" : "";
  const parts = [
    `${run.profile}@${run.revision}${instead}${side}`,
    modelsText(run),
    tokensText(run.usage),
  ].filter((part) => part !== "");
  const margin = "  ".repeat(depth + 1);
  return wrapped(io, plain(parts.join("  ")), margin.length + 2).map((line) =>
    paint(io, "stdout", "dim", `${margin}${line}`),
  );
}
