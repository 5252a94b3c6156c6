// A run and its rerun side by side: what they ran on, what came of them, how they were scored, what they changed.
import { dimensions } from "../base/dimension.ts";
import type { PlannedRun } from "../graph/run.ts";
import type { ChangedFile } from "../worktree/difference.ts";
import { scoreOf } from "./evaluate.ts";
import type { Io } from "./io.ts";
import type { JudgedRun } from "./judged.ts";
import { bar, section } from "./page.ts";
import { plain, print, printJson, say, table } from "./print.ts";
import { costText, durationMs, runJson, servedText, spanText, stateText, tokensText } from "./run-text.ts";

/** One of the two. `files` are absent where no commit tells what it changed, `judged` where nobody has scored it. */
export interface Side {
  run: PlannedRun;
  files?: ChangedFile[];
  judged?: JudgedRun;
}

/** `diff` is the patch from the one result to the other, empty where they do not differ. */
export interface Compared {
  original: Side;
  rerun: Side;
  diff?: string;
  /** What was left of the rerun, because that was asked for. */
  kept?: { folder: string; branch: string };
}

/** Prints both, one column each; or one envelope. */
export function printCompared(io: Io, compared: Compared, json: boolean): void {
  const { original, rerun, diff, kept } = compared;
  if (json) {
    printJson(io, {
      ...{ task: rerun.run.task, original: sideJson(io, original), rerun: sideJson(io, rerun) },
      ...(diff !== undefined && { diff }),
      ...(kept && { kept }),
    });
    return;
  }
  const parts = [
    table(["", original.run.id, rerun.run.id], rows(io, original, rerun)),
    ...section(io, "changed by the original", fileLines(original)),
    ...section(io, "changed by the rerun", fileLines(rerun)),
    ...section(io, "what was said of the original", noteLines(original)),
    ...section(io, "what was said of the rerun", noteLines(rerun)),
  ];
  print(io, parts.join("\n\n"));
  if (diff) print(io, `\n${patchText(diff)}`);
  if (diff === "") say(io, "the two results do not differ");
  const { failure } = rerun.run.result ?? {};
  if (failure !== undefined) say(io, `the rerun failed (${failure.class}): ${plain(failure.message)}`);
  if (kept) {
    const away = `git worktree remove --force ${kept.folder} && git branch -D ${kept.branch}`;
    say(io, `kept on ${kept.branch} in ${kept.folder}; to be rid of it: ${away}`);
  }
  if (judgesOf(original.judged) !== judgesOf(rerun.judged) && original.judged && rerun.judged) {
    say(io, "they were scored by different models: some of the difference may be theirs");
  }
}

function rows(io: Io, original: Side, rerun: Side): string[][] {
  const both = (name: string, cell: (side: Side) => string) => [
    name,
    cell(original) || "-",
    cell(rerun) || "-",
  ];
  const scored = dimensions.filter((name) =>
    [original, rerun].some(({ judged }) => judged?.scores[name] !== undefined),
  );
  const scoreCell = (score: number | undefined) => (score === undefined ? "" : bar(io, score));
  return [
    both("profile", ({ run }) => `${run.profile}@${run.revision}`),
    both("requested", ({ run }) => run.route),
    both("served", ({ run }) => servedText(run)),
    both("result", ({ run }) => stateText(run)),
    ...(scored.length === 0 ? [] : [both("total", ({ judged }) => scoreCell(judged?.total))]),
    ...scored.map((name) => both(name.replaceAll("_", " "), ({ judged }) => scoreCell(judged?.scores[name]))),
    ...(scored.length === 0 ? [] : [both("scored by", ({ judged }) => judgesOf(judged))]),
    both("cost", ({ run }) => costText(run.result?.cost)),
    both("tokens", ({ run }) => tokensText(run.usage)),
    both("turns", ({ run }) => String(run.result?.turns ?? "")),
    both("took", ({ run }) => spanText(durationMs(run, io.now()))),
    both("changed", ({ files }) => (files === undefined ? "" : changedText(files))),
  ];
}

/** The models whose word counts. */
function judgesOf(judged: JudgedRun | undefined): string {
  const models = judged?.words.filter(({ counts }) => counts).flatMap(({ by }) => by?.route ?? []) ?? [];
  return [...new Set(models)].join(", ");
}

/** `2 files, +10 -3`. */
function changedText(files: readonly ChangedFile[]): string {
  if (files.length === 0) return "nothing";
  const sum = (of: "added" | "removed") => files.reduce((total, file) => total + (file[of] ?? 0), 0);
  return `${files.length} ${files.length === 1 ? "file" : "files"}, +${sum("added")} -${sum("removed")}`;
}

/** Files that are listed by name. */
const maxFiles = 40;

function fileLines({ files = [] }: Side): string[] {
  const lines = files
    .slice(0, maxFiles)
    .map(
      ({ path, added, removed }) =>
        `${plain(path)}  ${added === undefined ? "binary" : `+${added} -${removed}`}`,
    );
  return files.length > maxFiles ? [...lines, `and ${files.length - maxFiles} more`] : lines;
}

function noteLines({ judged }: Side): string[] {
  const words = judged?.words.filter(({ counts }) => counts) ?? [];
  return words.flatMap(({ role, notes, problem }) =>
    `${role}: ${problem === undefined ? notes : `no score, ${problem}`}`.split("\n").map(plain),
  );
}

/** A patch as it is, but that it cannot move a terminal's cursor. */
function patchText(diff: string): string {
  return diff
    .split("\n")
    .map((line) => line.split("\t").map(plain).join("\t"))
    .join("\n");
}

function sideJson(io: Io, { run: { plan: _, ...run }, files, judged }: Side): Record<string, unknown> {
  return {
    run: runJson(run, io.now()),
    ...(judged && { score: scoreOf(judged) }),
    ...(files && { files }),
  };
}
