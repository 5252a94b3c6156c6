// Notices: what somebody may want to be told of, kept from the moment it happens until it was told or given up.
import { change, type Graph } from "./database.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";

/** `told` are the ways that it was told already; `at` is ISO 8601 UTC. */
export interface Notice {
  number: number;
  kind: string;
  at: string;
  task: string;
  title: string;
  run?: NoticeRun;
  /** The reason, or what came of it. */
  text?: string;
  told: string[];
  tries: number;
}

export interface NoticeRun {
  id: string;
  profile: string;
  revision: string;
  route: string;
}

/** No notice waits for longer between two tries: one that would was postponed before the clock was set back. */
const longestWaitMs = 600_000;
const lastMs = 8.64e15;

/** The oldest notices that may be told now. */
export function dueNotices(graph: Graph, now: Date, limit: number): Notice[] {
  const future = new Date(Math.min(lastMs, now.getTime() + longestWaitMs)).toISOString();
  const rows = query
    .selectFrom("notice")
    .innerJoin("task", "task.id", "notice.task")
    .leftJoin("run", "run.id", "notice.run")
    .select(["notice.number", "notice.kind", "notice.at", "notice.task", "notice.text"])
    .select(["notice.told", "notice.tries", "task.title"])
    .select(["run.id", "run.profile", "run.revision", "run.route"])
    .where((build) =>
      build.or([
        build("notice.next_at", "is", null),
        build("notice.next_at", "<=", now.toISOString()),
        build("notice.next_at", ">", future),
      ]),
    )
    .orderBy("notice.number")
    .limit(limit);
  return rowsOf(graph, rows).map(({ number, kind, at, task, title, text, told, tries, ...run }) => ({
    ...{ number, kind, at, task, title, tries },
    ...(text !== null && { text }),
    told: told.split(" ").filter(Boolean),
    ...(run.id !== null && { run: runOf(run.id, run) }),
  }));
}

/** Notes what no change of a task tells of by itself; the others are noted by triggers. */
export function addNotice(
  graph: Graph,
  notice: { kind: string; task: string; run?: string; text: string },
  now: Date,
): void {
  const { kind, task, run = null, text } = notice;
  const row = { at: now.toISOString(), kind, task, run, text, told: "", tries: 0, next_at: null };
  execute(graph, query.insertInto("notice").values(row));
}

/** How many there are. */
export function countNotices(graph: Graph): number {
  const count = query.selectFrom("notice").select((build) => build.fn.countAll<number>().as("all"));
  return rowOf(graph, count)?.all ?? 0;
}

/** Forgets notices that were told, or are given up. */
export function forgetNotices(graph: Graph, numbers: readonly number[]): void {
  if (numbers.length === 0) return;
  change(graph, () => {
    for (const number of numbers) execute(graph, query.deleteFrom("notice").where("number", "=", number));
  });
}

/** Notes that a notice could not be told in every way: how it was told so far, and when it is tried again. */
export function postponeNotice(graph: Graph, number: number, told: readonly string[], until: Date): void {
  const update = query.updateTable("notice").set((build) => ({
    told: told.join(" "),
    tries: build("tries", "+", 1),
    next_at: until.toISOString(),
  }));
  execute(graph, update.where("number", "=", number));
}

type RunColumns = Record<"profile" | "revision" | "route", string | null>;

function runOf(id: string, { profile, revision, route }: RunColumns): NoticeRun {
  return { id, profile: profile ?? "", revision: revision ?? "", route: route ?? "" };
}
