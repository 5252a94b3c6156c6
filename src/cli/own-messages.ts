// What was said to an agent's task, told to it whenever it calls wg: the one way that every handler's agent has.
import { isAttempt } from "../graph/attempt.ts";
import type { Graph } from "../graph/database.ts";
import { messagesText, takeMessages } from "../graph/message.ts";
import type { Run } from "../graph/run.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";
import { block } from "./task-print.ts";

/** Tells an attempt what it has not been shown yet, on stderr; each message once. Nothing to who judges or repeats it. */
export function tellMessages(io: Io, graph: Graph, run: Run | undefined): void {
  if (run === undefined || !isAttempt(run)) return;
  const messages = takeMessages(graph, run.task, run.id, "command", io.now());
  if (messages.length > 0) say(io, `new for you:\n${block(messagesText(messages))}`);
}
