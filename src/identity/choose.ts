// Which identity a task gets without asking a model: the best so far for its skills, now and then another. Pure.
import { sha256 } from "../base/canonical.ts";
import { type Identity, shortHash } from "./identity.ts";

/** How the work of an identity was scored: `n` evaluations, their mean from 0 to 1. */
export interface Performance {
  n: number;
  mean: number;
}

/** The task to be given away. */
export interface Wanted {
  id: string;
  tags: readonly string[];
}

/** Who it goes to, and why in a sentence. */
export interface Choice {
  hash: string;
  name: string;
  reason: string;
}

/** How far the work of one identity lies apart from its own mean, about: wide, so that little is not believed much. */
const spread = 0.3;

/**
 * The identity for a task, or undefined where there is none. Those that have the most of the task's tags among their skills
 * are asked, all where none has any. Of these, each is drawn a score around its mean, the wider the less is known of it, and
 * the best draw wins: so the best mostly works, and nobody is given up after one bad day. A score that comes late, or never,
 * does no harm: draws differ from task to task. The draws are made of the task's id, so the same task gets the same answer
 * whatever the order of `candidates`.
 */
export function chooseIdentity(
  candidates: readonly Pick<Identity, "hash" | "name" | "role">[],
  performance: ReadonlyMap<string, Performance>,
  task: Wanted,
): Choice | undefined {
  const { able, met } = ableTo(distinct(candidates), task.tags);
  const known = able.map((each) => ({ ...each, ...(performance.get(each.hash) ?? { n: 0, mean: 0 }) }));
  const prior = meanOf(known);
  const drawn = known.map((each) => ({ ...each, draw: draw(task.id, each, prior) }));
  const chosen = first(drawn, (each) => each.draw);
  if (chosen === undefined) return undefined;
  const leader = first(
    known.filter(({ n }) => n > 0),
    ({ mean }) => mean,
  );
  return { hash: chosen.hash, name: chosen.name, reason: reasonOf(chosen, leader, known.length, met) };
}

type Candidate = Pick<Identity, "hash" | "name" | "role">;
type Known = Candidate & Performance;

/** One of each content, by hash; of two names the first. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const byHash = new Map<string, Candidate>();
  for (const each of [...candidates].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!byHash.has(each.hash)) byHash.set(each.hash, each);
  }
  return [...byHash.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}

/** Those with the most of the tags among their skills, and the tags that at least one of them has. */
function ableTo(
  candidates: readonly Candidate[],
  tags: readonly string[],
): { able: Candidate[]; met: string[] } {
  const wanted = new Set(tags.map((tag) => tag.toLowerCase()));
  const matched = candidates.map((each) => ({
    each,
    met: each.role.skills.filter((skill) => wanted.has(skill.toLowerCase())),
  }));
  const most = Math.max(0, ...matched.map(({ met }) => met.length));
  const able = matched.filter(({ met }) => met.length === most);
  return { able: able.map(({ each }) => each), met: [...new Set(able.flatMap(({ met }) => met))].sort() };
}

/** The mean of all evaluations: what is expected of somebody who has none. */
function meanOf(known: readonly Known[]): number {
  const count = known.reduce((sum, { n }) => sum + n, 0);
  return count === 0 ? 0.5 : known.reduce((sum, { n, mean }) => sum + n * mean, 0) / count;
}

/** A score that this identity may be worth: as though it had one evaluation more, which came out as expected. */
function draw(task: string, { hash, n, mean }: Known, prior: number): number {
  const expected = (n * mean + prior) / (n + 1);
  return expected + (spread / Math.sqrt(n + 1)) * normalFrom(`${task}\n${hash}`);
}

/** A number of the normal distribution, always the same for the same text. */
function normalFrom(text: string): number {
  const digits = sha256(text);
  const [a, b] = [digits.slice(0, 12), digits.slice(12, 24)].map(
    (part) => (Number.parseInt(part, 16) + 1) / (16 ** 12 + 1),
  );
  return Math.sqrt(-2 * Math.log(a ?? 1)) * Math.cos(2 * Math.PI * (b ?? 0));
}

function first<T>(all: readonly T[], worth: (each: T) => number): T | undefined {
  return all.reduce<T | undefined>(
    (best, each) => (best === undefined || worth(each) > worth(best) ? each : best),
    undefined,
  );
}

function reasonOf(chosen: Known, leader: Known | undefined, count: number, met: readonly string[]): string {
  const among =
    met.length === 0 ? "" : ` with ${met.length === 1 ? "the skill" : "the skills"} ${met.join(", ")}`;
  if (count === 1) return `the only agent${among}`;
  if (leader === undefined) return `one of ${count} agents${among}, none of which was scored yet`;
  if (leader.hash === chosen.hash) return `the best of ${count} agents${among}: ${scoreText(chosen)}`;
  const own = chosen.n === 0 ? "not scored yet" : scoreText(chosen);
  return `to learn more of it: ${own}, and ${leader.name} (${shortHash(leader.hash)}) leads ${count} agents${among}: ${scoreText(leader)}`;
}

function scoreText({ n, mean }: Performance): string {
  return `${mean.toFixed(2)} over ${n} ${n === 1 ? "evaluation" : "evaluations"}`;
}
