// `wg msg`: a word to whoever works on a task, and who has seen it.
import { Command, Option } from "commander";
import { projectOf } from "../base/home.ts";
import { isAttempt, latestAttempt } from "../graph/attempt.ts";
import type { Graph } from "../graph/database.ts";
import {
  type Delivered,
  type Message,
  messagesText,
  sendMessage,
  takeMessages,
  taskMessages,
} from "../graph/message.ts";
import { findTask, requireTask } from "../graph/task.ts";
import type { HookEvent } from "../handlers/handler.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { textOrStdin } from "./task-options.ts";
import { block, timeText } from "./task-print.ts";

export function msgCommand(io: Io): Command {
  return new Command("msg")
    .description(
      "Say something to whoever works on a task, now or later, or to a chat; or list what was said and who saw it.",
    )
    .argument("<task|chat>", "the task, or the chat by its id: c-k3f9x")
    .argument("[text...]", "what to say; - reads it from stdin")
    .option("--json", "print one JSON envelope")
    .addOption(
      new Option("--hook <event>", "answer a hook of the agent's program")
        .choices(["PostToolUse", "Stop"])
        .hideHelp(),
    )
    .addHelpText(
      "after",
      `
A running agent is told between two turns (claude, codex, nex), or as soon as it calls wg. Every later attempt finds all messages in its prompt. A shell command is told nothing. A chat is told at its next turn.

Examples:
  wg msg write-the-parser "numbers may have underscores"
  wg msg write-the-parser
  wg msg c-k3f9x "the build is red again"`,
    )
    .action(async (task: string, words: string[], { hook, json }: { hook?: HookEvent; json?: true }) => {
      if (hook !== undefined) return answerHook(io, hook);
      if (isChat(io, task)) {
        return (await import("./chat-message.ts")).message(io, task, words.join(" "), json === true);
      }
      return words.length === 0
        ? list(io, task, json === true)
        : send(io, task, words.join(" "), json === true);
    });
}

/** A task of that name comes first. */
function isChat(io: Io, word: string): boolean {
  if (!word.startsWith("c-")) return false;
  if (projectOf(io.cwd, io.env) === undefined) return true;
  return withGraph(io, (graph) => findTask(graph, word) === undefined);
}

function list(io: Io, id: string, json: boolean): void {
  withGraph(io, (graph) => {
    const messages = taskMessages(graph, requireTask(graph, id).id);
    if (json) return printJson(io, { task: id, messages });
    if (messages.length === 0) return say(io, "nothing was said yet");
    print(io, messages.map(messageText).join("\n"));
  });
}

async function send(io: Io, id: string, given: string, json: boolean): Promise<void> {
  const text = await textOrStdin(io, given);
  withGraph(io, (graph) => {
    const message = sendMessage(graph, id, { by: senderOf(io, graph), text }, io.now());
    const reader = readerOf(graph, id);
    if (json) return printJson(io, { message, ...(reader.run !== undefined && { run: reader.run }) });
    say(io, `said to ${id}; ${reader.sentence}`);
  });
}

/** What the run was not told yet, as Claude Code and Codex take it from a hook; nothing when there is none. */
function answerHook(io: Io, event: HookEvent): void {
  withGraph(io, (graph) => {
    const run = ownRun(graph, io);
    if (run === undefined || !isAttempt(run)) return;
    const messages = takeMessages(graph, run.task, run.id, "turn", io.now());
    if (messages.length === 0) return;
    const text = messagesText(messages);
    const context = { hookSpecificOutput: { hookEventName: event, additionalContext: text } };
    print(io, JSON.stringify(event === "Stop" ? { decision: "block", reason: text } : context));
  });
}

/** A task that works on another tells its name, so does a chat; anything else is a person. */
function senderOf(io: Io, graph: Graph): Message["by"] {
  return ownRun(graph, io)?.task ?? (io.env["WG_CHAT"] || "user");
}

/** Who will read a message, and when. */
function readerOf(graph: Graph, id: string): { run?: string; sentence: string } {
  const run = latestAttempt(graph, id, { live: true });
  if (run !== undefined) return { run: run.id, sentence: `${run.id} works on it and is told` };
  const { status, exec } = requireTask(graph, id);
  if (exec !== undefined) return { sentence: "its command reads no messages; they are kept" };
  const isOver = status !== "open" && status !== "in-progress";
  const hint = isOver ? `; it is ${status}, so that takes: wg retry ${id}` : "";
  return { sentence: `its next attempt is told${hint}` };
}

function messageText({ at, by, text, seen }: Delivered): string {
  const readers = seen.map(({ run, how }) => `${run} (${seenText[how]})`);
  const who = readers.length === 0 ? "not seen yet" : `seen by ${readers.join(", ")}`;
  return `${timeText(at)}  ${plain(by)}  ${who}\n${block(text)}`;
}

const seenText = { prompt: "in its prompt", turn: "between turns", command: "when it called wg" } as const;
