// `wg chat switch` and `wg chat end`.
import { endChat, switchChat } from "../chat/switch.ts";
import { versionText } from "../profile/outcome.ts";
import { activeHere, chatJson, chatNamed, planHere } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";

interface ChangeOptions {
  json?: true;
}

export async function switchTo(
  io: Io,
  word: string,
  options: ChangeOptions & { profile?: string },
): Promise<void> {
  const { folder } = chatNamed(io, word);
  const plan = planHere(io, options.profile);
  const { chat, from, to, changed, resumes, lost } = await switchChat(folder, plan, io, io.signal);
  if (options.json) {
    return printJson(io, {
      chat: chatJson({ folder, chat }, activeHere(io)),
      from,
      to,
      changed,
      resumes,
      lost,
    });
  }
  print(io, chat.id);
  if (!changed) return say(io, plain(`${chat.id} is on ${versionText(to)} already: ${to.route}`));
  say(
    io,
    plain(
      `${chat.id} goes on at ${versionText(to)}: ${to.route}; it was on ${versionText(from)}: ${from.route}`,
    ),
  );
  if (resumes && lost.length === 0) say(io, "the agent goes on with its own session");
  for (const sentence of lost) say(io, sentence);
}

export async function end(io: Io, word: string, options: ChangeOptions): Promise<void> {
  const { folder } = chatNamed(io, word);
  const chat = await endChat(folder, io, io.signal);
  if (options.json) return printJson(io, { chat: chatJson({ folder, chat }, activeHere(io)) });
  print(io, chat.id);
  say(io, `${chat.id} has ended; wg chat show ${chat.id} still tells it`);
}
