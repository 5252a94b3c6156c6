// A run that judges or chooses: its question is put together, asked, and read strictly; what it found is recorded.
import * as fs from "node:fs";
import { type Asked, askFor, type Play, type Unanswered } from "../agency/ask.ts";
import { assignPrompt, readAssignment } from "../agency/assign.ts";
import { evaluatePrompt, type Judgement, readEvaluation } from "../agency/evaluate.ts";
import { gatherEvidence } from "../agency/evidence.ts";
import { comparePrompt, inferPrompt, readFidelity, readInferred } from "../agency/flip.ts";
import { newSeal } from "../agency/material.ts";
import type { Weights } from "../base/dimension.ts";
import { writeText } from "../base/file.ts";
import type { Env, Project } from "../base/home.ts";
import { change, type Graph } from "../graph/database.ts";
import { addEvaluation, evaluationsOf } from "../graph/evaluation.ts";
import type { Found } from "../graph/found.ts";
import { type Verdict, verdictOf } from "../graph/gate.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { reviewsOf } from "../graph/review.ts";
import { type PlannedRun, requireRun } from "../graph/run.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { requireTask } from "../graph/task.ts";
import { totalOf } from "../score/total.ts";
import { scoredWork } from "../score/work.ts";
import type { RoleEnd } from "./asking.ts";
import type { RunFolder } from "./folder.ts";
import { resultSoFar } from "./record.ts";

/** What of a running run a role works with. */
export interface Roled {
  graph: Graph;
  project: Project;
  plan: Plan;
  folder: RunFolder;
  env: Env;
  now(): Date;
}

/** Asks what the plan's role asks, with `play`. */
export async function runRole(roled: Roled, play: Play): Promise<RoleEnd> {
  const { plan } = roled;
  // Outside of the project: no instructions that a worker could have written there are read.
  fs.mkdirSync(plan.cwd, { mode: 0o700 });
  try {
    if (plan.role === "assigner") return await assign(roled, play);
    return await judge(roled, plan.role === "flip" ? "flip" : "evaluator", play);
  } finally {
    fs.rmSync(plan.cwd, { recursive: true, force: true });
  }
}

async function assign(roled: Roled, play: Play): Promise<RoleEnd> {
  const { graph, plan } = roled;
  const { assigning } = plan;
  if (assigning === undefined) throw new Error(`${plan.run} has nobody to choose from`);
  const seal = newSeal();
  const prompt = assignPrompt(requireTask(graph, plan.task), assigning, seal);
  const asked = await ask(roled, prompt, play, (answer) => readAssignment(answer, assigning, seal));
  const result = resultOf(asked);
  if ("problem" in asked) return { result };
  return { result, found: { kind: "assignment", assignment: asked.value } };
}

async function judge(roled: Roled, role: ReviewRole, play: Play): Promise<RoleEnd> {
  const { graph, project, plan, env } = roled;
  const subject = requireRun(graph, plan.subject ?? "");
  const task = requireTask(graph, plan.task);
  const before = saidBefore(roled, role, subject);
  if (before !== undefined) return before;
  const evidence = await gatherEvidence(graph, project, subject, env);
  const seal = newSeal();
  if (role === "evaluator") {
    const asked = await ask(roled, evaluatePrompt(task, evidence, seal), play, (answer) =>
      readEvaluation(answer, seal),
    );
    return judged(roled, role, subject, asked);
  }
  const inferred = await ask(roled, inferPrompt(task, evidence, seal), play, (answer) =>
    readInferred(answer, seal),
  );
  if ("problem" in inferred) return { result: resultOf(inferred) };
  const { results } = inferred;
  // Who answered the first question knows its seal, so the second has one of its own.
  const other = newSeal();
  const compared = await ask(roled, comparePrompt(task, inferred.value, other), play, (answer) =>
    readFidelity(answer, other),
  );
  const asked = { ...compared, results: [...results, ...compared.results] };
  return judged(roled, role, subject, asked, `What the work alone shows:\n${inferred.value}`);
}

/**
 * What a judge has recorded whose run was lost before its end was: it counts, since the work may be merged by it already. Undefined
 * where there is none.
 */
function saidBefore({ graph, plan }: Roled, role: ReviewRole, subject: PlannedRun): RoleEnd | undefined {
  const { judging, task } = plan;
  const isDue = reviewsOf(graph, task).some((review) => review.run === subject.id && review.role === role);
  if (!isDue || judging === undefined || judging.isJudge) return undefined;
  const latest = evaluationsOf(graph, task).findLast(
    (each) => each.run === subject.id && each.role === role && !each.isJudge,
  );
  if (latest === undefined || requireRun(graph, latest.byRun).result?.outcome !== "lost") return undefined;
  const result = resultSoFar({ servedModels: [] }, { outcome: "done" });
  const summary = `${latest.byRun} has said it already, before it was lost`;
  return foundBy({ ...result, summary }, subject, verdictNow(graph, subject, judging.weights));
}

/** Records what was found at once, and looks whether it was the last that a gate waited for. */
function judged(
  { graph, plan, now }: Roled,
  role: ReviewRole,
  subject: PlannedRun,
  asked: Asked<Judgement> | Unanswered,
  more = "",
): RoleEnd {
  const result = resultOf(asked);
  if ("problem" in asked) return { result };
  const { judging } = plan;
  if (judging === undefined) throw new Error(`${plan.run} has no weights to judge by`);
  const { scores, notes } = asked.value;
  const total = totalOf(scores, judging.weights) ?? totalOf(scores, equalWeights(judging.weights));
  const evaluation = {
    task: plan.task,
    run: subject.id,
    byRun: plan.run,
    role,
    ...(judging.isJudge && { isJudge: true as const }),
    ...(total !== undefined && { total }),
    scores,
    notes: more === "" ? notes : `${notes}\n\n${more}`,
  };
  const verdict = change(graph, () => {
    addEvaluation(graph, evaluation, now());
    return judging.isJudge ? undefined : verdictNow(graph, subject, judging.weights);
  });
  return foundBy(result, subject, verdict);
}

function foundBy(result: RunResult, subject: PlannedRun, verdict: Verdict | undefined): RoleEnd {
  const found: Found = { kind: "evaluation", ...(verdict && { verdict }) };
  return { result, found, ...(verdict?.kind === "passes" && { passed: subject }) };
}

/** What the gate of a run's task says by now; undefined where there is none, or somebody is still to look. */
function verdictNow(graph: Graph, { id, task, plan }: PlannedRun, weights: Weights): Verdict | undefined {
  const { gate, roles = [] } = plan.review ?? {};
  if (gate === undefined) return undefined;
  const evaluations = evaluationsOf(graph, task).filter(({ run }) => run === id);
  const [work] = scoredWork(evaluations, weights);
  const counting = work?.counting ?? [];
  if (roles.some((role) => !counting.some((each) => each.role === role))) return undefined;
  const silent = counting.find(({ total }) => total === undefined);
  if (silent !== undefined) return { kind: "no-score", why: `${silent.role}: ${silent.problem}` };
  if (work?.total === undefined) return { kind: "no-score", why: "nothing that was scored has a weight" };
  return verdictOf(gate, work.total, counting.map(({ role, notes }) => `${role}: ${notes}`).join("\n"));
}

async function ask<T>(
  { plan, folder }: Roled,
  prompt: string,
  play: Play,
  read: (answer: unknown) => T,
): Promise<Asked<T> | Unanswered> {
  try {
    writeText(folder.prompt, `${prompt}\n`);
  } catch {
    // A copy for people; the run can do without it.
  }
  return askFor({ ...plan, prompt }, play, read);
}

/** One result of all that were needed for an answer; failed by the agent where none of them was one. */
function resultOf(asked: Asked<unknown> | Unanswered): RunResult {
  const [first, ...rest] = asked.results;
  if (first === undefined) throw new Error("a question was never asked");
  const result = rest.reduce(joined, first);
  if (!("problem" in asked) || result.outcome !== "done") return result;
  return { ...result, outcome: "failed", failure: { class: "agent", message: asked.problem } };
}

function joined(before: RunResult, after: RunResult): RunResult {
  const { usage, cost, turns, servedModels, denials } = before;
  const isKnown = cost.usd !== undefined && after.cost.usd !== undefined;
  return {
    ...after,
    usage: {
      input: usage.input + after.usage.input,
      output: usage.output + after.usage.output,
      cached: usage.cached + after.usage.cached,
    },
    cost: isKnown
      ? { usd: (cost.usd ?? 0) + (after.cost.usd ?? 0), source: after.cost.source }
      : { source: "unknown" },
    turns: turns + after.turns,
    servedModels: [...new Set([...servedModels, ...after.servedModels])],
    denials: denials + after.denials,
  };
}

function equalWeights<T extends Record<string, number>>(weights: T): T {
  return Object.fromEntries(Object.keys(weights).map((name) => [name, 1])) as T; // The same keys.
}
