// What was said to an agent's task, told to it whenever it calls wg: the one way that every handler's agent has.
import type { Graph } from "../graph/database.ts";
import { messagesText, takeMessages } from "../graph/message.ts";
import type { Run } from "../graph/run.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";
import { block } from "./task-print.ts";

/** Tells a run what it has not been shown yet, on stderr; each message once. Nothing outside of a run. */
export function tellMessages(io: Io, graph: Graph, run: Pick<Run, "id" | "task"> | undefined): void {
  if (run === undefined) return;
  const messages = takeMessages(graph, run.task, run.id, "command", io.now());
  if (messages.length > 0) say(io, `new for you:\n${block(messagesText(messages))}`);
}
