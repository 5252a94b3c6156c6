// What of a conversation has to be said again to a handler, because it was said elsewhere. Pure.
import type { HandlerName } from "../base/route.ts";
import { cut } from "../handlers/fields.ts";
import type { Chat, ChatPlan, ChatSession } from "./chat.ts";
import type { Entry } from "./transcript.ts";

/** Characters of earlier talk that are said again, the newest; about ten thousand tokens. */
const maxCarried = 40_000;
const maxPiece = 8000;

/** How a turn goes on: with which session, and what its prompt is. */
export interface Carried {
  resume?: string;
  prompt: string;
  /** What the handler will not know, one sentence each. */
  lost: string[];
}

/**
 * The handler's own session with this plan's server where there is one, else none. Claude and Codex sign or encrypt what
 * they thought for one server; another would turn that down. Nex keeps plain words that any server takes.
 */
export function sessionFor(
  chat: Pick<Chat, "sessions">,
  plan: Pick<ChatPlan, "route" | "endpoint">,
): ChatSession | undefined {
  const { handler } = plan.route;
  return chat.sessions.findLast(
    (session) => session.handler === handler && (handler === "nex" || session.server === plan.endpoint?.url),
  );
}

/** How the next turn tells `text` to the handler of `plan`, after all that `entries` hold. */
export function carryOver(
  session: ChatSession | undefined,
  entries: readonly Entry[],
  text: string,
): Carried {
  const known = session?.knows ?? 0;
  const missed = entries.filter((entry) => entry.turn > known);
  const pieces = missed.flatMap(pieceOf);
  const resume = session === undefined ? {} : { resume: session.id };
  if (!missed.some((entry) => entry.kind === "user")) return { ...resume, prompt: text, lost: [] };
  const { kept, left } = newest(pieces);
  const heading =
    session === undefined
      ? "This conversation began before you joined it. What was said, in order:"
      : "Since your last answer more was said that you may not have seen, in order:";
  const note = left === 0 ? [] : [`[${left} earlier pieces are left out]`];
  const prompt = [heading, ...note, ...kept, "What the person says now:", text].join("\n\n");
  return { ...resume, prompt, lost: lossOf(missed, left) };
}

/** Handler names as a person calls them. */
export function handlerText(handler: HandlerName): string {
  return handler === "nex" ? "wg's own agent" : handler;
}

function pieceOf(entry: Entry): string[] {
  switch (entry.kind) {
    case "user":
      return [`Person: ${cut(entry.text, maxPiece)}`];
    case "text":
      return [`Agent: ${cut(entry.text, maxPiece)}`];
    case "tool":
      return [`[the agent used ${entry.name}: ${cut(entry.input.replaceAll("\n", " "), 120)}]`];
    case "result":
      return entry.result.outcome === "done"
        ? []
        : [
            `[this answer was cut off: ${entry.result.failure?.message.split("\n")[0] ?? entry.result.outcome}]`,
          ];
    default:
      return [];
  }
}

function newest(pieces: readonly string[]): { kept: string[]; left: number } {
  let room = maxCarried;
  let from = pieces.length;
  while (from > 0 && room >= (pieces[from - 1]?.length ?? 0)) {
    from -= 1;
    room -= pieces[from]?.length ?? 0;
  }
  return { kept: pieces.slice(from), left: from };
}

function lossOf(missed: readonly Entry[], left: number): string[] {
  const usedTools = missed.some((entry) => entry.kind === "tool");
  return [
    "what the agent thought is not carried over, only what was said",
    ...(usedTools ? ["of tool calls only their names and first words are carried over"] : []),
    ...(left > 0 ? [`the oldest ${left} pieces are too long to be said again`] : []),
  ];
}
