// Finding chats, and telling what is damaged.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Home, homeOf } from "../base/home.ts";
import type { ChatPlan } from "./chat.ts";
import { openChats } from "./count.ts";
import { findChat, listChats, openChat } from "./shelf.ts";

let home: Home;
beforeEach(() => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-shelf-")));
  home = homeOf({ WG_HOME: root });
});
afterEach(() => fs.rmSync(home.root, { recursive: true }));

const plan = (profile: string): ChatPlan => ({
  schemaVersion: 1,
  project: "",
  cwd: "/",
  profile,
  revision: "0123456789ab",
  route: { handler: "claude", model: "opus" },
  env: {},
  permissions: "workspace",
  limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
  onModelMismatch: "warn",
  origins: {},
});

/** Random numbers that give the ids c-aaaaa, c-abbbb ... so that beginnings are shared. */
function opened(profile: string, second: number, ...random: number[]) {
  const now = () => new Date(Date.UTC(2026, 10, 23, 12, 0, second));
  return openChat(home, plan(profile), "", { now, random: () => random.shift() ?? 0 }).chat.id;
}

it("a chat is found by its id, by the beginning of it, and without the c-", () => {
  const id = opened("p", 0);
  expect(id).toBe("c-aaaaa");
  for (const word of [id, "c-a", "aaaaa", "a"]) expect(findChat(home, word).chat.id).toBe(id);
});

it("an id that is taken is not given again", () => {
  expect(opened("p", 0)).toBe("c-aaaaa");
  expect(opened("p", 1, 0, 0, 0, 0, 0, 0.5)).not.toBe("c-aaaaa");
});

it("a beginning of several is refused with their names, and what is none with a guess", () => {
  opened("p", 0);
  opened("p", 1, 0, 0, 0, 0, 0.5);
  expect(() => findChat(home, "aa")).toThrow(
    expect.objectContaining({ code: "ambiguous-chat", hint: expect.stringContaining("c-aaaaa") }),
  );
  expect(() => findChat(home, "c-aaaab")).toThrow(
    expect.objectContaining({ code: "no-chat", hint: "did you mean c-aaaaa?" }),
  );
  for (const word of ["", "../c-aaaaa", "/", "c-", "profiles", "c-aaaaa/"]) {
    expect(() => findChat(home, word)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/-chat$/) }),
    );
  }
});

it("the last used come first, and a damaged one is told with its file and hides no other", () => {
  const [first, second] = [opened("p", 1), opened("q", 2, 0.5)];
  const third = opened("r", 3, 0.9);
  const file = path.join(home.chats, third, "chat.json");
  for (const text of ["{", "[]", '{"schemaVersion":1}', "\0"]) {
    fs.writeFileSync(file, text);
    const { chats, problems } = listChats(home);
    expect(chats.map(({ chat }) => chat.id)).toEqual([second, first]);
    expect(problems).toEqual([expect.objectContaining({ at: { path: file } })]);
    expect(() => findChat(home, third)).toThrow(expect.objectContaining({ at: { path: file } }));
  }
});

it("a folder without a record never was a chat", () => {
  fs.mkdirSync(path.join(home.chats, "c-zzzzz"), { recursive: true });
  fs.writeFileSync(path.join(home.chats, "notes"), "");
  expect(listChats(home)).toEqual({ chats: [], problems: [] });
});

it("open chats are counted by what they run on, whatever else is there", () => {
  opened("p", 1);
  opened("p", 2, 0.5);
  const ended = opened("q", 3, 0.9);
  const { folder, chat } = findChat(home, ended);
  fs.writeFileSync(folder.record, JSON.stringify({ ...chat, status: "ended" }));
  fs.mkdirSync(path.join(home.chats, "c-zzzzz"));
  expect(openChats(home.chats)).toEqual([{ profile: "p", revision: "0123456789ab", chats: 2 }]);
});
