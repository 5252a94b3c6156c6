// What a chat is: its plans, one after the other, its sessions with handlers, and where it stands.
import * as path from "node:path";
import { messageOf, WgError } from "../base/error.ts";
import { readText, writeText } from "../base/file.ts";
import { type HandlerName, routeText } from "../base/route.ts";
import type { Plan, PlannedIdentity } from "../graph/plan.ts";
import { fieldsOf } from "../handlers/fields.ts";
import type { ChatFolder } from "./folder.ts";
import type { RanOn } from "./transcript.ts";

/** What every turn of a chat runs on until somebody switches it: a plan without what each turn has of its own. */
export type ChatPlan = Omit<Plan, "run" | "task" | "role" | "attempt" | "prompt" | "resume" | "chat">;

/** One plan in the life of a chat; the last is in force. `route` is text, `server` a url where an endpoint is planned. */
export interface Pin {
  at: string;
  by: "open" | "switch";
  profile: string;
  revision: string;
  route: string;
  server?: string;
  /** Whom its agent is told to be; the text is in the plan. */
  identity?: Pick<PlannedIdentity, "hash" | "name">;
}

/** A conversation that a handler keeps. */
export interface ChatSession {
  handler: HandlerName;
  id: string;
  /** The url it was held with; absent for the handler's own login. */
  server?: string;
  /** The turns that are in it; the others were said elsewhere. */
  knows: number[];
}

/** A terminal that has the chat, or had it and has not been read yet. */
export interface OpenTerminal {
  handler: HandlerName;
  /** Absent where the CLI chooses its id. */
  session?: string;
  /** Stands in every session that is begun in it. */
  mark: string;
  server?: string;
  /** The variables that say where its CLI keeps sessions. */
  place: Record<string, string>;
  since: string;
  /** The numbers of the messages that its agent was told at the start. */
  told: number[];
}

/** `chat.json`. Times are ISO 8601 UTC. */
export interface Chat {
  schemaVersion: 1;
  id: string;
  /** The person's own, else the beginning of the first thing said. */
  title: string;
  /** Where turns run, absolute. */
  cwd: string;
  /** The root of the project it was opened in. */
  project?: string;
  openedAt: string;
  endedAt?: string;
  status: "open" | "ended";
  pins: Pin[];
  sessions: ChatSession[];
  /** The number of the last turn that began. */
  turns: number;
  lastTurnAt?: string;
  terminal?: OpenTerminal;
}

/** The pin in force. */
export function pinOf(chat: Chat): Pin {
  const pin = chat.pins.at(-1);
  if (pin === undefined) throw new Error(`chat ${chat.id} has no pin`);
  return pin;
}

/** What the pin in force stands for. */
export function ranOn(chat: Chat): RanOn {
  const { profile, revision, route, server } = pinOf(chat);
  return { profile, revision, route, ...(server !== undefined && { server }) };
}

/** The pin that a plan makes. */
export function pinFor(plan: ChatPlan, by: Pin["by"], now: Date): Pin {
  const { profile, revision, route, endpoint, identity } = plan;
  return {
    at: now.toISOString(),
    by,
    profile,
    revision,
    route: routeText(route),
    ...(endpoint && { server: endpoint.url }),
    ...(identity && { identity: { hash: identity.hash, name: identity.name } }),
  };
}

const maxTitle = 60;

/** A title made of the first thing said. */
export function titleOf(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length <= maxTitle ? line : `${line.slice(0, maxTitle - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The record of a chat. Refuses with `no-chat` when it is gone, `bad-chat` naming the file when it is damaged. */
export function readChat(folder: ChatFolder): Chat {
  const value = readJson(folder.record, folder.id);
  if (!isChat(value, folder.id)) throw damaged(folder.record, "it is not the record of this chat");
  return value;
}

/** Replaces the record in one step. */
export function writeChat(folder: ChatFolder, chat: Chat): void {
  writeText(folder.record, `${JSON.stringify(chat)}\n`);
}

/** The plan of the pin in force. Refuses with `bad-chat` when its file is missing or damaged. */
export function readPlan(folder: ChatFolder, chat: Chat): ChatPlan {
  const file = planFile(folder, chat.pins.length);
  const value = readJson(file, folder.id);
  if (!isPlan(value)) throw damaged(file, "it is no plan");
  return value;
}

/** Writes the plan of a pin that the record does not name yet; pins count from 1. */
export function writePlan(folder: ChatFolder, pin: number, plan: ChatPlan): void {
  writeText(planFile(folder, pin), `${JSON.stringify(plan, null, 2)}\n`);
}

function planFile(folder: ChatFolder, pin: number): string {
  return path.join(folder.plans, `${pin}.json`);
}

function readJson(file: string, id: string): unknown {
  const text = readText(file);
  if (text === undefined) {
    throw new WgError("no-chat", `chat ${id} has no ${path.basename(file)}`, { at: { path: file } });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(file, messageOf(cause));
  }
}

function damaged(file: string, why: string): WgError {
  return new WgError("bad-chat", `a chat's file is damaged: ${why}`, {
    at: { path: file },
    hint: "its transcript.jsonl, beside it, may still be whole; move the folder away to be rid of the chat",
  });
}

// Only what would break later: wg alone writes these files.
function isChat(value: unknown, id: string): value is Chat {
  const { schemaVersion, status, pins, sessions, turns, cwd, title, openedAt } = fieldsOf(value);
  return (
    schemaVersion === 1 &&
    fieldsOf(value)["id"] === id &&
    (status === "open" || status === "ended") &&
    [cwd, title, openedAt].every((text) => typeof text === "string") &&
    Number.isSafeInteger(turns) &&
    Array.isArray(pins) &&
    pins.length > 0 &&
    pins.every((pin) => ["at", "profile", "revision", "route"].every((key) => isText(pin, key))) &&
    Array.isArray(sessions) &&
    sessions.every(
      (session) =>
        ["handler", "id"].every((key) => isText(session, key)) && Array.isArray(fieldsOf(session)["knows"]),
    )
  );
}

function isPlan(value: unknown): value is ChatPlan {
  const { schemaVersion, route, env, limits, cwd } = fieldsOf(value);
  const areTables = [route, env, limits].every((table) => typeof table === "object" && table !== null);
  return schemaVersion === 1 && areTables && isText(route, "handler") && typeof cwd === "string";
}

function isText(value: unknown, key: string): boolean {
  return typeof fieldsOf(value)[key] === "string";
}
