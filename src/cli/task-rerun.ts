// `wg task rerun`: repeats a finished run on another profile, has it scored, shows both, and takes the scratch worktree away.
import { WgError } from "../base/error.ts";
import { routeText } from "../base/route.ts";
import { isAttempt } from "../graph/attempt.ts";
import type { Graph } from "../graph/database.ts";
import { addLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import { type PlannedRun, requireRun } from "../graph/run.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { requireTask } from "../graph/task.ts";
import { carryOut, claimNow, type Foreground } from "../service/foreground.ts";
import { planRerun } from "../service/plan-rerun.ts";
import { changedFiles, patchBetween } from "../worktree/difference.ts";
import type { Checkout } from "../worktree/git.ts";
import { readRecord } from "../worktree/record.ts";
import { removeWorktree } from "../worktree/remove.ts";
import { findRepository, type Repository } from "../worktree/repository.ts";
import { type Look, lookAt, subjectOf } from "./evaluate.ts";
import { foregroundIn, withForeground } from "./foreground.ts";
import type { Io } from "./io.ts";
import { judgedRuns } from "./judged.ts";
import { plain, say } from "./print.ts";
import { type Compared, printCompared, type Side } from "./rerun-text.ts";
import { weightsHere } from "./weights-here.ts";

export interface RerunOptions {
  profile: string;
  sameRevision?: string;
  run?: string;
  evaluate?: true;
  keep?: true;
  diff?: true;
  json?: true;
}

/** Refuses what was never run, what still runs, and what cannot be repeated; and when it was interrupted. */
export async function rerun(io: Io, id: string, options: RerunOptions): Promise<void> {
  await withForeground(io, undefined, async (judging) => {
    const { graph, project } = judging;
    const task = requireTask(graph, id);
    const subject = repeatable(graph, id, options.run);
    const repository = repositoryOf(judging);
    const { profile, sameRevision: revision } = options;
    const working = foregroundIn(io, project, graph, {
      profile,
      ...(revision !== undefined && { revision }),
    });
    const plan = claimNow(working, () => planRerun(working, { subject, repository }, working.settings()));
    say(io, begins(plan));
    if (task.model !== undefined) say(io, `without ${plain(task.model)}, the task's own model`);
    const top: Checkout = { folder: repository.top, env: judging.env };
    try {
      const run = await carryOut(working, plan, io.signal);
      if (run.result?.outcome === "cancelled") io.signal.throwIfAborted();
      if (run.result?.outcome === "done")
        await score(io, judging, { subject, run }, options.evaluate === true);
      const compared = await compare(io, judging, { subject, run, top }, options);
      note(judging, compared);
      if (run.result?.outcome !== "done") io.status = 1;
      printCompared(io, compared, options.json === true);
    } finally {
      if (!options.keep) await clear(working, plan, top);
    }
  });
}

function repeatable(graph: Graph, id: string, prefix: string | undefined): PlannedRun {
  const run = subjectOf(graph, id, prefix);
  if (isAttempt(run)) return run;
  throw new WgError("no-attempt", `${run.id} is a rerun itself`, {
    hint: `repeat what it repeats: wg task rerun ${id} --run ${run.subject}`,
  });
}

function repositoryOf({ project, env }: Foreground): Repository {
  const repository = findRepository(project.root, env);
  if (repository !== undefined) return repository;
  throw new WgError(
    "no-repository",
    "this project is in no git repository, so nobody knows what the run began with",
    {
      hint: "git init and a first commit; runs from then on can be repeated",
    },
  );
}

/** `repeating r-1 as r-2: codex:gpt-5.5 on codex@0123456789ab; wg logs r-2 -f follows it`. */
function begins({ run, subject, route, profile, revision }: Plan): string {
  const on = plain(`${routeText(route)} on ${profile}@${revision}`);
  return `repeating ${subject} as ${run}: ${on}; wg logs ${run} -f follows it`;
}

interface Pair {
  subject: PlannedRun;
  run: PlannedRun;
}

/** Has the rerun looked at by those who looked at the original; or both by an evaluator, where that is asked for. */
async function score(io: Io, judging: Foreground, { subject, run }: Pair, isAsked: boolean): Promise<void> {
  const before = rolesThatScored(io, judging.graph, subject);
  const roles: readonly ReviewRole[] = before.length === 0 && isAsked ? ["evaluator"] : before;
  for (const role of roles) {
    for (const each of before.includes(role) ? [run] : [subject, run]) {
      const problem = await problemOf(io, () => lookAt(io, judging, each, role));
      if (problem !== undefined) say(io, `wg: ${role} gave no score for ${each.id}: ${plain(problem)}`);
    }
  }
}

/** Why there is no score; a judge who cannot even be asked must not cost the comparison. */
async function problemOf(io: Io, look: () => Promise<Look>): Promise<string | undefined> {
  try {
    return (await look()).problem;
  } catch (error) {
    if (!(error instanceof WgError) || io.signal.aborted) throw error;
    return error.message;
  }
}

function rolesThatScored(io: Io, graph: Graph, { id, task }: PlannedRun): ReviewRole[] {
  const judged = judgedRuns(graph, task, weightsHere(io)).find(({ run }) => run === id);
  const words = judged?.words.filter(({ counts, total }) => counts && total !== undefined) ?? [];
  return words.map(({ role }) => role);
}

async function compare(
  io: Io,
  { graph }: Foreground,
  { subject, run, top }: Pair & { top: Checkout },
  { keep, diff }: RerunOptions,
): Promise<Compared> {
  const judged = judgedRuns(graph, run.task, weightsHere(io));
  const sideOf = async (one: PlannedRun): Promise<Side> => {
    const { id, baseCommit, headCommit } = one;
    const files =
      baseCommit === undefined || headCommit === undefined
        ? undefined
        : await changedFiles(top, baseCommit, headCommit);
    const work = judged.find((each) => each.run === id);
    return { run: one, ...(files && { files }), ...(work && { judged: work }) };
  };
  const [original, repeated] = [await sideOf(requireRun(graph, subject.id)), await sideOf(run)];
  const [one, other] = [original.run.headCommit, repeated.run.headCommit];
  const patch =
    diff && one !== undefined && other !== undefined ? await patchBetween(top, one, other) : undefined;
  if (diff && patch === undefined) say(io, "one of the two results is not there, so they cannot be compared");
  const worktree = keep ? run.plan.worktree : undefined;
  return {
    original,
    rerun: repeated,
    ...(patch !== undefined && { diff: patch }),
    ...(worktree && { kept: { folder: worktree.folder, branch: worktree.branch } }),
  };
}

/** So that the task's log tells of it when its worktree is gone. */
function note({ graph, now }: Foreground, { original, rerun: { run, judged } }: Compared): void {
  const total = judged?.total === undefined ? "" : `, scored ${judged.total.toFixed(2)}`;
  const message = `repeated ${original.run.id} on ${run.profile}@${run.revision}: ${run.result?.outcome}${total}`;
  addLog(graph, run.task, { by: "wg", message, run: run.id }, now());
}

/** Takes the scratch worktree away. What its commits were stays on record. */
async function clear({ project, tell }: Foreground, { run }: Plan, top: Checkout): Promise<void> {
  const record = readRecord(project, run);
  if (record === undefined) return;
  try {
    await removeWorktree(project, record, top);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    tell(`the worktree of ${run} stays: ${error.message}; wg gc lists it`);
  }
}
