// The real check: one tiny run per distinct route, through the handler itself, so that a yes means that runs work.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { mismatchOf } from "../handlers/mismatch.ts";
import { runToEnd } from "../handlers/run-to-end.ts";
import { type CheckRequest, checkQuickly } from "./check.ts";
import { checkPlan, type WantedRoute, wantedRoutes } from "./plan.ts";
import { type Finding, type ProfileCheck, routeMark, type UsedRoute, worst } from "./verdict.ts";

/** How many real requests are under way at once: each may be a program of some hundred megabytes. */
const atOnce = 4;

/** The longest a real request may take. */
const realMs = 60_000;

/** Runs a step when its turn has come. */
type Queue = <T>(step: () => Promise<T>) => Promise<T>;

/**
 * As `checkQuickly`, and then asks a model on every distinct route that is no definite no yet, for at most `limitMs`
 * each. What that shows beats what was unknown. Throws only the reason of `signal`, after all programs have ended.
 */
export async function checkReally(
  requests: readonly CheckRequest[],
  signal: AbortSignal,
  limitMs = realMs,
): Promise<ProfileCheck[]> {
  const quick = await checkQuickly(requests, signal);
  const queue = makeQueue(atOnce);
  const checks = await Promise.all(
    requests.map((request, at) => withAnswers(request, quick[at], queue, limitMs, signal)),
  );
  signal.throwIfAborted();
  return checks;
}

async function withAnswers(
  request: CheckRequest,
  quick: ProfileCheck | undefined,
  queue: Queue,
  limitMs: number,
  signal: AbortSignal,
): Promise<ProfileCheck> {
  if (quick === undefined) throw new Error("a request was not checked");
  const { wanted } = wantedRoutes(request.settings, request.tasks ?? []);
  const routes = await Promise.all(
    quick.routes.map(async (known) => {
      const plan = wanted.find(({ chosen }) => routeMark(chosen) === routeMark(known));
      if (known.verdict === "no" || plan === undefined) return known;
      return queue(() => ask(plan, known, request.place.env, limitMs, signal));
    }),
  );
  return { ...quick, routes, verdict: worst(routes.map(({ verdict }) => verdict)) };
}

async function ask(
  wanted: WantedRoute,
  known: UsedRoute,
  env: Env,
  limitMs: number,
  signal: AbortSignal,
): Promise<UsedRoute> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-check-")));
  try {
    const [cwd, folder] = [path.join(root, "work"), path.join(root, "run")];
    for (const made of [cwd, folder]) fs.mkdirSync(made, { mode: 0o700 });
    const plan = checkPlan(wanted, cwd, limitMs);
    const startMs = performance.now();
    const result = await runToEnd({ plan, env, folder }, signal);
    const answerMs = performance.now() - startMs;
    const answer = answerFinding(plan, result);
    const proven = known.findings.filter(({ verdict }) => verdict === "yes");
    return {
      ...known,
      answerMs,
      served: result.servedModels,
      verdict: answer.verdict,
      findings: [...proven, answer],
    };
  } finally {
    fs.rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a run came to, by the measure of a worker: another model than asked for is a no where settings make it one. */
function answerFinding(plan: Plan, result: RunResult): Finding {
  if (result.failure !== undefined)
    return { about: "answer", verdict: "no", ...failureWords(result.failure) };
  const seen = [
    ...(result.resolvedModel === undefined ? [] : [{ resolved: result.resolvedModel }]),
    ...result.servedModels.map((served) => ({ served })),
  ];
  const mismatch = seen.map((each) => mismatchOf(plan, each)).find((text) => text !== undefined);
  if (mismatch !== undefined) {
    return {
      about: "answer",
      verdict: plan.onModelMismatch === "fail" ? "no" : "unknown",
      message: mismatch,
    };
  }
  const served = result.servedModels.join(", ");
  const message = served === "" ? "answered, and did not say as which model" : `${served} answered`;
  return { about: "answer", verdict: "yes", message };
}

function failureWords({ class: failureClass, message }: NonNullable<RunResult["failure"]>) {
  const [first = "", ...more] = message.split("\n");
  const hint = /^hint: (.*)$/m.exec(more.join("\n"))?.[1];
  return { message: `${failureClass}: ${first}`, ...(hint !== undefined && { hint }) };
}

function makeQueue(width: number): Queue {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (step) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await step();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
