// What an agent says of its own work from inside its run; the task moves when the run ends.
import { change, type Graph } from "./database.ts";
import { addLog } from "./log.ts";
import { execute, query, rowOf } from "./query.ts";
import type { Reported } from "./tables.ts";
import { checkedMessage } from "./task-text.ts";

/**
 * Records the report of a live run, the later word winning; `message` may be empty. False when the run has ended or
 * does not exist. Refuses (`bad-message`) a message out of bounds.
 */
export function reportRun(graph: Graph, run: string, status: Reported, message: string, now: Date): boolean {
  const text = message.trim() === "" ? "" : checkedMessage(message);
  return change(graph, () => {
    const live = query.selectFrom("run").select("task").where("id", "=", run).where("status", "!=", "ended");
    const found = rowOf(graph, live);
    if (found === undefined) return false;
    const report = { reported: status, reported_message: text };
    execute(graph, query.updateTable("run").set(report).where("id", "=", run));
    const said = [`reports ${status}`, text].filter(Boolean).join(": ").slice(0, 16_000);
    addLog(graph, found.task, { by: "agent", message: said, run }, now);
    return true;
  });
}
