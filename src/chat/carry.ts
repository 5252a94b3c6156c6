// What of a conversation has to be said again to a handler, because it was said elsewhere. Pure.
import { cut } from "../handlers/fields.ts";
import type { Chat, ChatPlan, ChatSession } from "./chat.ts";
import type { Entry } from "./transcript.ts";

/** Characters of earlier talk that are said again, the newest: about ten thousand tokens. */
const maxCarried = 40_000;
const maxPiece = 8000;

/** Earlier talk as a text, and what is missing in it, one sentence each. */
export interface Carried {
  text: string;
  lost: string[];
}

/**
 * The handler's own session that this plan can go on with, where there is one. Claude and Codex sign or encrypt what they
 * thought for the server they thought it with; another would turn that down. Nex keeps plain words that any server takes.
 */
export function sessionFor(
  { sessions }: Pick<Chat, "sessions">,
  plan: Pick<ChatPlan, "route" | "endpoint">,
): ChatSession | undefined {
  const { handler } = plan.route;
  return sessions.findLast(
    (session) => session.handler === handler && (handler === "nex" || session.server === keeperOf(plan)),
  );
}

/** Who keeps a plan's sessions, where its handler alone does not say it: an endpoint's url, an ACP agent's command. */
export function keeperOf({ route, endpoint }: Pick<ChatPlan, "route" | "endpoint">): string | undefined {
  return endpoint?.url ?? route.command;
}

/** What a handler with this session, or with none, has not heard; undefined when there is nothing. */
export function unheard(
  session: Pick<ChatSession, "knows"> | undefined,
  entries: readonly Entry[],
  maxLength = maxCarried,
): Carried | undefined {
  const missed = entries.filter((entry) => entry.turn > 0 && session?.knows.includes(entry.turn) !== true);
  if (!missed.some((entry) => entry.kind === "user")) return undefined;
  const { kept, left } = newest(missed.flatMap(pieceOf), maxLength);
  const heading =
    session === undefined
      ? "This conversation began before you joined it. What was said, in order:"
      : "More was said in this conversation that you may not have seen, in order:";
  const note = left === 0 ? [] : [`[${left} earlier pieces are left out]`];
  return { text: [heading, ...note, ...kept].join("\n\n"), lost: lossOf(missed, left) };
}

/** A prompt that tells what was not heard, and what was left meanwhile, before what is said now. */
export function promptAfter(before: Carried | undefined, messages: string | undefined, text: string): string {
  const parts = [before?.text, messages].filter((part) => part !== undefined);
  return parts.length === 0 ? text : [...parts, "What the person says now:", text].join("\n\n");
}

function pieceOf(entry: Entry): string[] {
  switch (entry.kind) {
    case "user":
      return [`Person: ${cut(entry.text, maxPiece)}`];
    case "message":
      return [`Message from ${entry.by}: ${cut(entry.text, maxPiece)}`];
    case "text":
      return [`Agent: ${cut(entry.text, maxPiece)}`];
    case "tool":
      return [`[the agent used ${entry.name}: ${cut(entry.input.replaceAll("\n", " "), 120)}]`];
    case "result": {
      const { outcome, failure } = entry.result;
      return outcome === "done" ? [] : [`[no full answer: ${failure?.message.split("\n")[0] ?? outcome}]`];
    }
    default:
      return [];
  }
}

function newest(pieces: readonly string[], maxLength: number): { kept: string[]; left: number } {
  let room = maxLength;
  let from = pieces.length;
  for (; from > 0; from--) {
    room -= pieces[from - 1]?.length ?? 0;
    if (room < 0) break;
  }
  return { kept: pieces.slice(from), left: from };
}

function lossOf(missed: readonly Entry[], left: number): string[] {
  const usedTools = missed.some((entry) => entry.kind === "tool");
  return [
    "what was thought is left behind, what was said is told again",
    ...(usedTools ? ["of tool calls only the first words are told again, of what they gave nothing"] : []),
    ...(left > 0 ? [`the oldest ${left} pieces are left behind: together they are too long`] : []),
  ];
}
