// `wg chat list`: the chats, what each runs on, and whether that is what is active.
import { projectOf } from "../base/home.ts";
import { pinOf } from "../chat/chat.ts";
import { listChats, type Opened } from "../chat/shelf.ts";
import { type Version, versionText } from "../profile/outcome.ts";
import { activeHere, chatJson, differs, homeHere, stateOf } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { print, printJson, printRefusal, say, table } from "./print.ts";
import { spanText } from "./run-text.ts";

interface ListOptions {
  all?: true;
  limit: number;
  json?: true;
}

export function listChatsHere(io: Io, { all, limit, json }: ListOptions): void {
  const project = projectOf(io.cwd, io.env)?.root;
  const { chats, problems } = listChats(homeHere(io));
  const found = chats.filter(({ chat }) => all === true || chat.project === project);
  const shown = found.slice(0, limit);
  const active = activeHere(io);
  const hasMore = found.length > shown.length;
  if (json) {
    const rows = shown.map((opened) => chatJson(opened, active));
    printJson(io, { chats: rows, hasMore, ...(active && { active }), damaged: problems.length });
    return;
  }
  for (const problem of problems) printRefusal(io, problem, false);
  if (shown.length > 0) print(io, listing(shown, active, all === true, io.now()));
  else say(io, all ? "no chats" : "no chats here; wg chat list --all shows those of every project");
  if (hasMore) say(io, `older ones are left out; --limit ${limit * 5} shows more`);
}

function listing(chats: readonly Opened[], active: Version | undefined, all: boolean, now: Date): string {
  const head = [
    "CHAT",
    "ON",
    "ROUTE",
    "TURNS",
    "LAST USED",
    "STATE",
    "ACTIVE",
    ...(all ? ["FOLDER"] : []),
    "TITLE",
  ];
  const rows = chats.map((opened) => {
    const { chat } = opened;
    const pin = pinOf(chat);
    const agoMs = now.getTime() - Date.parse(chat.lastTurnAt ?? chat.openedAt);
    return [
      ...[chat.id, versionText(pin), pin.route, String(chat.turns)],
      ...[`${spanText(Math.max(0, agoMs))} ago`, stateOf(opened), differs(chat, active) ? "differs" : "same"],
      ...(all ? [chat.cwd] : []),
      chat.title,
    ];
  });
  return table(head, rows);
}
