// Which of a handler's own sessions a turn goes on with, and what that has not heard.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import type { HandlerName } from "../base/route.ts";
import { fieldsOf } from "../handlers/fields.ts";
import { holdsPrompt, keptFile, keptPlace } from "../handlers/kept.ts";
import { type Carried, sessionFor, unheard } from "./carry.ts";
import type { Chat, ChatPlan, ChatSession } from "./chat.ts";
import type { ChatFolder } from "./folder.ts";
import { readTranscript } from "./transcript.ts";

/** How a conversation goes on. */
export interface GoingOn {
  session?: ChatSession;
  before?: Carried;
  /** That a session is gone, for people. */
  warning?: string;
}

/**
 * The session of the plan's handler, if it is still kept, with what it turns out to hold, and what it does not: at most
 * `maxLength` characters of that.
 */
export async function goingOn(
  folder: ChatFolder,
  chat: Chat,
  plan: ChatPlan,
  env: Env,
  maxLength?: number,
): Promise<GoingOn> {
  const entries = readTranscript(folder);
  const known = sessionFor(chat, plan);
  if (known === undefined) return withBefore({}, unheard(undefined, entries, maxLength));
  const { handler, id } = known;
  const kept = { handler, id, place: keptPlace(plan, env), sessions: folder.sessions };
  // An ACP agent keeps its sessions where it likes: whether it has one, it says when it is asked to go on with it.
  if (handler !== "acp" && (await keptFile(kept)) === undefined) {
    const warning = `${handler} no longer has its session ${id}; what was said is told again`;
    return withBefore({ warning }, unheard(undefined, entries, maxLength));
  }
  const knows = [...known.knows];
  // A turn that was cut off may have been heard all the same.
  for (const turn of cutOff(chat, known)) {
    const asked = promptOf(folder, turn, handler);
    if (asked !== undefined && (await holdsPrompt(kept, asked.prompt, asked.sinceMs))) knows.push(turn);
  }
  const session = { ...known, knows };
  return withBefore({ session }, unheard(session, entries, maxLength));
}

function withBefore(found: GoingOn, before: Carried | undefined): GoingOn {
  return before === undefined ? found : { ...found, before };
}

/** No more of the newest turns are looked into. */
const maxLookedInto = 20;

function cutOff({ turns }: Chat, { knows }: ChatSession): number[] {
  const newest = Array.from({ length: Math.min(turns, maxLookedInto) }, (_, index) => turns - index);
  return newest.filter((turn) => !knows.includes(turn));
}

/** Where the plan of a turn is kept. */
export function turnPlanFile(folder: ChatFolder, turn: number): string {
  return path.join(folder.turns, String(turn), "plan.json");
}

/** What a turn asked of this handler; undefined for one that was held elsewhere. */
function promptOf(
  folder: ChatFolder,
  turn: number,
  handler: HandlerName,
): { prompt: string; sinceMs: number } | undefined {
  const file = turnPlanFile(folder, turn);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const { route, prompt } = fieldsOf(objectIn(fs.readFileSync(file, "utf8").trim()));
  if (fieldsOf(route)["handler"] !== handler || typeof prompt !== "string") return undefined;
  return { prompt, sinceMs: stat.mtimeMs - 1000 };
}
