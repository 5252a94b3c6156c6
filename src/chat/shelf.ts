// All chats of a home: opening one, finding one by its id, listing them.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, WgError } from "../base/error.ts";
import { makeFolder } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import { randomLetters } from "../base/time-id.ts";
import { type Chat, type ChatPlan, pinFor, readChat, writeChat, writePlan } from "./chat.ts";
import { type ChatFolder, chatFolder } from "./folder.ts";

/** A chat that is there. */
export interface Opened {
  folder: ChatFolder;
  chat: Chat;
}

/** Opens a chat on a plan, which is its own from here on. An empty title is filled by the first thing said. */
export function openChat(
  home: Home,
  plan: ChatPlan,
  title: string,
  { now, random }: { now(): Date; random(): number },
): Opened {
  const at = now();
  const folder = freshFolder(home, random);
  writePlan(folder, 1, plan);
  const chat: Chat = {
    schemaVersion: 1,
    id: folder.id,
    title,
    cwd: plan.cwd,
    ...(plan.project !== "" && { project: plan.project }),
    openedAt: at.toISOString(),
    status: "open",
    pins: [pinFor(plan, "open", at)],
    sessions: [],
    turns: 0,
  };
  writeChat(folder, chat);
  return { folder, chat };
}

/**
 * The chat of this id, or of the only one that begins so, `c-` left out or not. Refuses with `no-chat` (and a guess),
 * `ambiguous-chat`, or `bad-chat` when its record is damaged.
 */
export function findChat(home: Home, word: string): Opened {
  const ids = chatIds(home);
  const folder = chatFolder(home, matchId(word, ids));
  return { folder, chat: readChat(folder) };
}

/** Every chat that can be read, the last used first, and what was wrong with the others. */
export function listChats(home: Home): { chats: Opened[]; problems: WgError[] } {
  const chats: Opened[] = [];
  const problems: WgError[] = [];
  for (const id of chatIds(home)) {
    const folder = chatFolder(home, id);
    try {
      chats.push({ folder, chat: readChat(folder) });
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      problems.push(error);
    }
  }
  const lastUsed = ({ chat }: Opened) => chat.lastTurnAt ?? chat.openedAt;
  chats.sort((a, b) => (lastUsed(a) < lastUsed(b) ? 1 : -1));
  return { chats, problems };
}

const idPattern = /^c-[a-z0-9]{5}$/;

function freshFolder(home: Home, random: () => number): ChatFolder {
  makeFolder(home.chats);
  for (let tries = 0; tries < 20; tries++) {
    const folder = chatFolder(home, `c-${randomLetters(5, random)}`);
    try {
      fs.mkdirSync(folder.root, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw cannotOpen(folder.root, error);
    }
  }
  throw new WgError("cannot-write", `no id is free in ${home.chats}`);
}

function cannotOpen(root: string, cause: unknown): WgError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new WgError("cannot-write", `cannot write ${root}: ${message}`, { at: { path: root }, cause });
}

/** The ids that have a folder with a record; one without was cut off while it opened, and never was a chat. */
function chatIds(home: Home): string[] {
  let names: string[];
  try {
    names = fs.readdirSync(home.chats);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
  return names.filter(
    (name) => idPattern.test(name) && fs.existsSync(path.join(home.chats, name, "chat.json")),
  );
}

function matchId(word: string, ids: readonly string[]): string {
  const asked = word.startsWith("c-") ? word : `c-${word}`;
  if (ids.includes(asked)) return asked;
  const longer = word === "" ? [] : ids.filter((id) => id.startsWith(asked));
  const [only] = longer;
  if (only !== undefined && longer.length === 1) return only;
  const shown = JSON.stringify(word.slice(0, 40));
  if (longer.length > 1) {
    throw new WgError("ambiguous-chat", `${shown} begins the ids of ${longer.length} chats`, {
      hint: `write one of ${longer.slice(0, 8).join(", ")}`,
    });
  }
  const guess = nearest(asked, ids);
  throw new WgError("no-chat", `there is no chat ${shown}`, {
    hint: guess === undefined ? "wg chat list --all shows them" : `did you mean ${guess}?`,
  });
}
