// What each profile did, gathered from the graph for a comparison: its runs, its tasks, and how they were scored.
import type { Role } from "../base/role.ts";
import { type Graph, snapshot } from "../graph/database.ts";
import { type Judgement, judgements, taggedTasks, unsettledTasks } from "../graph/judgement.ts";
import { listRuns, type Run } from "../graph/run.ts";
import type { Work } from "./difference.ts";

/** Which runs are looked at. `since` is ISO 8601 UTC; with a `judge` only what that profile said for a comparison counts. */
export interface Looking {
  role: Role;
  tag?: string;
  since?: string;
  judge?: string;
}

/** A run, with the latest words on its work. */
export interface ReviewedRun {
  run: Run;
  evaluation?: Judgement;
  flip?: Judgement;
}

export interface Observed {
  profile: string;
  work: Work;
  /** What it ran, the latest first, but for `reruns`: tasks that it was given again after they had been finished. */
  runs: ReviewedRun[];
  reruns: ReviewedRun[];
  /** Of each task whose work was looked at without it: how well the work told the task, a mean. */
  fidelity: ReadonlyMap<string, number>;
}

/** Every profile that ran something, the one with most runs first. Reads columns alone, never a plan. */
export function observe(graph: Graph, { role, tag, since, judge }: Looking): Observed[] {
  return snapshot(graph, () => {
    const all = listRuns(graph, { role, ...(since !== undefined && { since }) });
    const tagged = tag === undefined ? undefined : taggedTasks(graph, tag);
    const runs = tagged === undefined ? all : all.filter(({ task }) => tagged.has(task));
    return observedIn(runs, role === "worker" ? judgements(graph) : [], unsettledTasks(graph), judge);
  });
}

/** As `observe`, of what was read: runs the latest first, judgements the oldest first. Pure. */
export function observedIn(
  runs: readonly Run[],
  judged: readonly Judgement[],
  unsettled: ReadonlySet<string>,
  judge?: string,
): Observed[] {
  const counted = judged.filter(({ role, isJudge, by }) =>
    role === "flip" || judge === undefined ? !isJudge : isJudge && by.profile === judge,
  );
  // A later word on the same run takes the place of an earlier one.
  const latest = (role: Judgement["role"]) =>
    new Map(counted.filter((each) => each.role === role).map((each) => [each.run, each]));
  const [evaluations, flips] = [latest("evaluator"), latest("flip")];
  const profiles = new Map<string, Observed["runs"]>();
  for (const run of runs) {
    const [evaluation, flip] = [evaluations.get(run.id), flips.get(run.id)];
    const one = { run, ...(evaluation && { evaluation }), ...(flip && { flip }) };
    const others = profiles.get(run.profile);
    if (others === undefined) profiles.set(run.profile, [one]);
    else others.push(one);
  }
  const observed = [...profiles].map(([profile, all]) => observedOf(profile, all, unsettled));
  return observed.sort((a, b) => b.runs.length - a.runs.length || (a.profile < b.profile ? -1 : 1));
}

/** Nothing at all, of a profile that ran nothing. */
export function nothingOf(profile: string): Observed {
  return observedOf(profile, [], new Set());
}

/** True when a run brought its task to done, as far as it and its agent say. */
export function isDone({ result, reported }: Run): boolean {
  return result?.outcome === "done" && reported?.status !== "failed";
}

function observedOf(profile: string, all: Observed["runs"], unsettled: ReadonlySet<string>): Observed {
  const isRerun = ({ run }: ReviewedRun) => run.role === "worker" && run.subject !== undefined;
  const [runs, reruns] = [all.filter((each) => !isRerun(each)), all.filter(isRerun)];
  return {
    profile,
    runs,
    reruns,
    fidelity: meanByTask(all.flatMap(({ run, flip }) => (flip ? [[run.task, flip.total]] : []))),
    work: {
      profile,
      done: doneOf(runs, unsettled),
      scores: meanByTask(
        all.flatMap(({ run, evaluation }) => (evaluation ? [[run.task, evaluation.total]] : [])),
      ),
      reruns: new Set(reruns.flatMap(({ run, evaluation }) => (evaluation ? [run.task] : []))),
    },
  };
}

/** By the latest run on each task that came to an end; one that a person cancelled says nothing. */
function doneOf(runs: readonly ReviewedRun[], unsettled: ReadonlySet<string>): Map<string, boolean> {
  const done = new Map<string, boolean>();
  const seen = new Set<string>();
  for (const { run } of runs) {
    // What is no worker's is about a run of the task, and settles nothing.
    const about = run.role === "worker" ? run.task : `${run.task} ${run.subject ?? run.id}`;
    if (seen.has(about) || run.result === undefined || run.result.outcome === "cancelled") continue;
    seen.add(about);
    if (isDone(run) || run.role !== "worker" || !unsettled.has(run.task)) done.set(about, isDone(run));
  }
  return done;
}

function meanByTask(scores: readonly (readonly [task: string, score: number])[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [task, score] of scores) {
    const { sum, count } = sums.get(task) ?? { sum: 0, count: 0 };
    sums.set(task, { sum: sum + score, count: count + 1 });
  }
  return new Map([...sums].map(([task, { sum, count }]) => [task, sum / count]));
}
