// Chats in a home of a test's own, talked in from this very process.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Home, homeOf } from "../../src/base/home.ts";
import type { ChatPlan } from "../../src/chat/chat.ts";
import { type Opened, openChat } from "../../src/chat/shelf.ts";
import { type Entry, readTranscript } from "../../src/chat/transcript.ts";
import { runTurn, type TurnIo } from "../../src/chat/turn.ts";
import type { RunResult } from "../../src/graph/result.ts";
import type { RunEvent } from "../../src/handlers/handler.ts";
import { program } from "./wg.ts";

export interface ChatPlace {
  root: string;
  home: Home;
  io: TurnIo;
  /** Opens a chat on nex at a server, its plan changed by `changes`. */
  open(url: string, changes?: Partial<ChatPlan>): Opened;
  remove(): void;
}

export function makeChatPlace(): ChatPlace {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-chat-")));
  const cwd = path.join(root, "work");
  fs.mkdirSync(cwd);
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: root, WG_HOME: path.join(root, ".wg") };
  const home = homeOf(env);
  const io = {
    env,
    now: () => new Date(),
    random: Math.random,
    program: { node: process.execPath, main: program },
  };
  return {
    root,
    home,
    io,
    open: (url, changes = {}) => openChat(home, planAt(cwd, url, changes), "", io),
    remove: () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A chat's plan: nex with model `qwen` at a server, outside of any project. */
export function planAt(cwd: string, url: string, changes: Partial<ChatPlan> = {}): ChatPlan {
  return {
    schemaVersion: 1,
    project: "",
    cwd,
    profile: "here",
    revision: "0123456789ab",
    route: { handler: "nex", model: "qwen" },
    endpoint: { name: "here", provider: "oai-compat", url },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 60_000, hangAfterMs: 30_000, maxTurns: 10 },
    onModelMismatch: "warn",
    origins: {},
    ...changes,
  };
}

/** One turn to its end. */
export async function say(
  { folder }: Opened,
  text: string,
  io: TurnIo,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ result: RunResult; events: RunEvent[] }> {
  const turn = runTurn(folder, text, io, signal);
  const events: RunEvent[] = [];
  for (;;) {
    const next = await turn.next();
    if (next.done) return { result: next.value.result, events };
    events.push(next.value);
  }
}

/** What stands in the transcript, without times: `1 user hello`. */
export function linesOf({ folder }: Opened): string[] {
  return readTranscript(folder).map((entry) => `${entry.turn} ${entry.kind} ${wordOf(entry)}`.trim());
}

function wordOf(entry: Entry): string {
  switch (entry.kind) {
    case "user":
    case "message":
    case "text":
      return entry.text;
    case "result":
      return entry.result.outcome;
    case "warning":
      return entry.message;
    default:
      return "";
  }
}
