// Messages to a task: what people and other tasks say to whoever works on it, and who has seen it.
import { change, type Graph } from "./database.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";
import type { Seen } from "./tables.ts";
import { requireTask } from "./task.ts";
import { checkedMessage } from "./task-text.ts";

/** `by`: `user`, or the id of the task or chat that sent it; `at` is ISO 8601 UTC. */
export interface Message {
  number: number;
  task: string;
  at: string;
  by: string;
  text: string;
}

/** A message with the runs that were shown it, in that order. */
export interface Delivered extends Message {
  seen: { run: string; at: string; how: Seen }[];
}

/** Sends a message. Refuses an unknown task and a text out of bounds. */
export function sendMessage(
  graph: Graph,
  task: string,
  said: { by: string; text: string },
  now: Date,
): Message {
  const row = { task, at: now.toISOString(), by: said.by, text: checkedMessage(said.text) };
  return change(graph, () => {
    requireTask(graph, task);
    execute(graph, query.insertInto("message").values(row));
    const last = query.selectFrom("message").select("number").where("task", "=", task);
    return { number: rowOf(graph, last.orderBy("number", "desc").limit(1))?.number ?? 0, ...row };
  });
}

/** All messages to a task, oldest first, with who has seen them. */
export function taskMessages(graph: Graph, task: string): Delivered[] {
  const messages = rowsOf(
    graph,
    query.selectFrom("message").selectAll().where("task", "=", task).orderBy("number"),
  );
  const seen = rowsOf(
    graph,
    query
      .selectFrom("message_seen")
      .innerJoin("message", "message.number", "message_seen.message")
      .select(["message_seen.message", "message_seen.run", "message_seen.at", "message_seen.how"])
      .where("message.task", "=", task)
      .orderBy("message_seen.at"),
  );
  return messages.map((message) => ({
    ...message,
    seen: seen
      .filter((each) => each.message === message.number)
      .map(({ run, at, how }) => ({ run, at, how })),
  }));
}

/** The messages to its task that a run has not been shown, oldest first. */
export function unseenMessages(graph: Graph, task: string, run: string): Message[] {
  const shown = query.selectFrom("message_seen").select("message").where("run", "=", run);
  return rowsOf(
    graph,
    query
      .selectFrom("message")
      .selectAll()
      .where("task", "=", task)
      .where("number", "not in", shown)
      .orderBy("number"),
  );
}

/** As `unseenMessages`, and from now on this run has seen them: each message is taken by a run once. */
export function takeMessages(graph: Graph, task: string, run: string, how: Seen, now: Date): Message[] {
  return change(graph, () => {
    const messages = unseenMessages(graph, task, run);
    for (const { number } of messages) {
      execute(
        graph,
        query.insertInto("message_seen").values({ message: number, run, at: now.toISOString(), how }),
      );
    }
    return messages;
  });
}

/** Messages as an agent is told them, one paragraph each. */
export function messagesText(messages: readonly Message[]): string {
  return messages.map(({ by, at, text }) => `Message from ${by} at ${at}:\n${text}`).join("\n\n");
}
