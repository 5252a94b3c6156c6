// `wg chat new`, and `wg chat` without a verb: opens a chat, in this terminal where there is one.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { openChat } from "../chat/shelf.ts";
import { identityHere } from "./agent-place.ts";
import { activeHere, chatJson, homeHere, planHere, sayBanner, turnIo } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { print, printJson } from "./print.ts";

interface NewOptions {
  profile?: string;
  identity?: string;
  title?: string;
  headless?: true;
  json?: true;
}

const verbs = ["new", "list", "show", "send", "resume", "switch", "end"];

/** Opens a chat, unless a word was given that is no verb. */
export async function newOrUnknown(io: Io, verb: string | undefined, options: NewOptions): Promise<void> {
  if (verb === undefined) return newChat(io, options);
  const guess = nearest(verb, verbs);
  throw new WgError("unknown-command", `wg chat has no verb ${JSON.stringify(verb.slice(0, 40))}`, {
    exit: 2,
    hint: guess === undefined ? `verbs: ${verbs.join(", ")}` : `did you mean wg chat ${guess}?`,
  });
}

export async function newChat(io: Io, options: NewOptions): Promise<void> {
  const identity = options.identity === undefined ? undefined : identityHere(io, options.identity);
  const plan = { ...planHere(io, options.profile), ...(identity && { identity }) };
  const opened = openChat(homeHere(io), plan, options.title?.trim() ?? "", turnIo(io));
  if (options.json) return printJson(io, { chat: chatJson(opened, activeHere(io)) });
  if (!io.stdin.isTTY || !io.stdout.isTTY) {
    print(io, opened.chat.id);
    return sayBanner(io, opened.chat);
  }
  await (await import("./chat-terminal.ts")).talk(io, opened, options);
}
