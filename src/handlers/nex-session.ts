// One run of the in-process agent: what it works with, what was said, and what it has come to so far.
import type { CappedFile } from "./capped-file.ts";
import type { Fields } from "./fields.ts";
import type { Inbox, RunEvent } from "./handler.ts";
import { type Conversation, sentMessages } from "./nex-conversation.ts";
import type { Server } from "./nex-request.ts";
import type { Store } from "./nex-store.ts";
import type { Tool, ToolContext } from "./nex-tool.ts";
import { offerOf } from "./nex-tools.ts";
import type { Turn } from "./nex-turn.ts";
import type { Window } from "./nex-window.ts";
import type { Report } from "./run-child.ts";

export interface Session {
  server: Server;
  model: string;
  system: string;
  tools: readonly Tool[];
  context: ToolContext;
  maxTurns: number;
  /** A person answers: whatever the model says without a tool call ends the turn. */
  isChat: boolean;
  conversation: Conversation;
  store: Store;
  window: Window;
  /** What will be told of the run; kept up to date at every step. */
  report: Report;
  log: CappedFile;
  inbox?: Inbox;
  /** Where somebody watches: makes the teller of one answer, which takes its pieces, and at its end nothing. */
  live?: () => (piece?: string) => void;
}

/** The next request for an answer. */
export function requestOf({ model, system, tools, conversation }: Session): Fields {
  return { model, messages: sentMessages(system, conversation), tools: offerOf(tools) };
}

/** Adds a message to what was said, in memory and wherever it is kept. */
export function say(session: Session, message: Fields): void {
  const { conversation, store, log, context } = session;
  conversation.messages.push(message);
  store.add(message);
  log.write(context.redact(JSON.stringify(message)));
}

/** Adds what was said to the task meanwhile; false when nothing was. */
export function hear(session: Session): boolean {
  const word = session.inbox?.take();
  if (word === undefined) return false;
  say(session, { role: "user", content: word });
  return true;
}

/** Books what an answer used and which model gave it. */
export function* book({ report }: Session, { usage, model }: Turn): Generator<RunEvent> {
  if (usage !== undefined) {
    const { input, output, cached } = report.usage;
    report.usage = {
      input: input + usage.input,
      output: output + usage.output,
      cached: cached + usage.cached,
    };
    yield { kind: "usage", usage: report.usage };
  }
  if (model === undefined) return;
  if (!report.servedModels.includes(model)) report.servedModels.push(model);
  report.servedBy = "answered";
  yield { kind: "model", served: model };
}
