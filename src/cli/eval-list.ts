// `wg eval list`: evaluations, the latest first, a row each.
import { listEvaluations } from "../graph/evaluation.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { type Opinion, opinionOf } from "./judged.ts";
import { print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { modelsText } from "./run-text.ts";
import { roleText } from "./score-text.ts";
import { timeText } from "./task-print.ts";

interface Options {
  task?: string;
  role?: ReviewRole;
  since?: (now: Date) => Date;
  below?: number;
  limit: number;
  json?: true;
}

export function listThem(io: Io, { since, limit, json, ...filter }: Options): void {
  withGraph(io, (graph) => {
    if (filter.task !== undefined) requireTask(graph, filter.task);
    const from = since?.(io.now()).toISOString();
    const isFiltered = from !== undefined || Object.keys(filter).length > 0;
    const found = listEvaluations(graph, {
      ...filter,
      ...(from !== undefined && { since: from }),
      limit: limit + 1,
    });
    const evaluations = found.slice(0, limit).map((each) => opinionOf(graph, each));
    const hasMore = found.length > evaluations.length;
    if (json) return printJson(io, { evaluations, hasMore });
    if (evaluations.length === 0) {
      return say(io, isFiltered ? "no evaluation is like that" : "nothing was evaluated yet");
    }
    print(io, listing(evaluations));
    if (hasMore) say(io, `older ones are left out; --limit ${limit * 5} shows more`);
  });
}

function listing(evaluations: readonly Opinion[]): string {
  return table(
    ["TASK", "RUN", "ROLE", "TOTAL", "JUDGE", "WHEN"],
    evaluations.map((each) => [
      ...[each.task, each.run, roleText(each), each.total?.toFixed(2) ?? "none"],
      each.by === undefined ? "-" : `${modelsText(each.by)} on ${each.by.profile}`,
      timeText(each.at),
    ]),
  );
}
