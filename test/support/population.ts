// A simulated population: what profiles of known quality would do, by a seed; and the same written into a graph.
import type { Graph } from "../../src/graph/database.ts";
import type { Work } from "../../src/score/difference.ts";

/** How good a profile truly is. */
export interface Truth {
  profile: string;
  tasks: number;
  doneRate: number;
  /** The mean of its scores, from 0.5 to 0.93. */
  score: number;
  /** The share of work that is bad, whatever the profile; the rest piles up towards 1. */
  badShare?: number;
}

/** The same numbers from 0 to below 1 for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a profile of this quality did: its tasks one by one, of those done each with a score. */
export function simulatedWork(truth: Truth, random: () => number): Work {
  const done = new Map<string, boolean>();
  const scores = new Map<string, number>();
  for (let number = 1; number <= truth.tasks; number++) {
    const task = `${truth.profile}-${number}`;
    done.set(task, random() < truth.doneRate);
    if (done.get(task)) scores.set(task, simulatedScore(truth, random));
  }
  return { profile: truth.profile, done, scores, reruns: new Set() };
}

const badMean = 0.3;

/** As judges score: in steps of a twentieth, most near the top, some bad. Its mean is exactly that of the truth. */
export function simulatedScore({ score, badShare = 0.08 }: Truth, random: () => number): number {
  const isBad = random() < badShare;
  const mean = isBad ? badMean : (score - badShare * badMean) / (1 - badShare);
  const exact = beta(mean * 8, (1 - mean) * 8, random);
  // Up or down by chance, in proportion, so that steps do not move the mean.
  return Math.floor(exact * 20 + random()) / 20;
}

/** Writes the population into a graph, a run a task; `at` is when the first was claimed. Plans are as long as real ones. */
export function populate(graph: Graph, works: readonly Work[], at: Date): void {
  const { database } = graph;
  const plan = JSON.stringify({ prompt: "p".repeat(6000) });
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  const addTask = database.prepare(
    "INSERT INTO task (id, status, priority, created_at, title, description) VALUES (?, ?, 0, ?, ?, '')",
  );
  const addRun = database.prepare(
    `INSERT INTO run (id, task, role, subject, status, attempt, profile, revision, route, service, lease_until, claimed_at,
       started_at, ended_at, outcome, failure_class, summary, input_tokens, output_tokens, cached_tokens, cost_usd, cost_source,
       served_models, plan)
     VALUES (?, ?, ?, ?, 'ended', 1, ?, '0', ?, 's', ?, ?, ?, ?, ?, ?, ?, 1000, 100, 0, 0.5, 'reported', ?, ?)`,
  );
  const addEvaluation = database.prepare(
    "INSERT INTO evaluation (task, run, by_run, role, at, total, scores, notes) VALUES (?, ?, ?, 'evaluator', ?, ?, '{}', '')",
  );
  let second = 0;
  for (const { profile, done, scores } of works) {
    for (const [task, isDone] of done) {
      second += 60;
      const [begun, ended] = [0, 30].map((later) =>
        new Date(at.getTime() + (second + later) * 1000).toISOString(),
      );
      const run = (id: string, role: string, model: string, subject: string | null, outcome: string) =>
        addRun.run(
          ...[id, task, role, subject, profile, `local:${model}`, begun, begun, begun, ended, outcome],
          ...[outcome === "done" ? null : "agent", "s".repeat(400), JSON.stringify([model]), plan],
        );
      addTask.run(task, isDone ? "done" : "failed", begun, task);
      run(`r-${task}`, "worker", profile, null, isDone ? "done" : "failed");
      const score = scores.get(task);
      if (score === undefined) continue;
      run(`e-${task}`, "evaluator", "judge", `r-${task}`, "done");
      addEvaluation.run(task, `r-${task}`, `e-${task}`, ended, score);
    }
  }
  database.exec("COMMIT");
}

function beta(a: number, b: number, random: () => number): number {
  const [x, y] = [gamma(a, random), gamma(b, random)];
  return x / (x + y);
}

/** After Marsaglia and Tsang. */
function gamma(shape: number, random: () => number): number {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
