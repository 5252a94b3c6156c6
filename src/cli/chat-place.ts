// What the verbs of `wg chat` share: finding a chat, planning one, and what is active beside it.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { type Home, homeOf } from "../base/home.ts";
import type { Chat, ChatPlan } from "../chat/chat.ts";
import { pinOf } from "../chat/chat.ts";
import { findChat, type Opened } from "../chat/shelf.ts";
import type { TurnIo } from "../chat/turn.ts";
import { liveHolder } from "../chat/turn-lock.ts";
import type { Settings } from "../config/settings.ts";
import { shortHash } from "../identity/identity.ts";
import { choose } from "../plan/choose.ts";
import { loadSettings } from "../profile/load.ts";
import { baseName, isBase } from "../profile/name.ts";
import { type Version, versionText } from "../profile/outcome.ts";
import { matchAt } from "../profile/project-profiles.ts";
import type { Io } from "./io.ts";
import { plain, say } from "./print.ts";
import { profilePlace } from "./profile-place.ts";
import { withoutShellPins } from "./shell-pins.ts";
import { whereOf } from "./where.ts";

/** The chat a word means. */
export function chatNamed(io: Io, word: string): Opened {
  return findChat(homeHere(io), word);
}

export function homeHere(io: Io): Home {
  return homeOf(io.env);
}

/** What a chat that opens here now runs on: the given profile, else what is active, both as `changed` by options. */
export function planHere(
  io: Io,
  profile: string | undefined,
  changed = (settings: Settings): Settings => settings,
): ChatPlan {
  const { where } = profilePlace(io);
  const name = profile === undefined || isBase(profile) ? profile : matchAt(where, profile);
  const flags = name === undefined ? {} : { flags: { profile: isBase(name) ? baseName : name } };
  const { settings } = loadSettings({ ...where, ...flags });
  return {
    schemaVersion: 1,
    project: where.project?.root ?? "",
    cwd: io.cwd,
    ...choose("chat", changed(settings)),
  };
}

/** What turns get from this process. */
export function turnIo(io: Io): TurnIo {
  return {
    env: withoutShellPins(io.env),
    now: io.now,
    random: Math.random,
    program: { node: process.execPath, main: fs.realpathSync(process.argv[1] ?? "") },
  };
}

/** What is active here; undefined where that cannot be told. */
export function activeHere(io: Io): Version | undefined {
  try {
    const { active, revision } = loadSettings(whereOf(io)).settings;
    return { profile: active.name ?? baseName, revision };
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

/** True where a chat runs on something else than what is active. */
export function differs(chat: Chat, active: Version | undefined): boolean {
  const { profile, revision } = pinOf(chat);
  return active !== undefined && (profile !== active.profile || revision !== active.revision);
}

/** Says what a chat runs on, and what is active where that is something else. */
export function sayBanner(io: Io, chat: Chat): void {
  const pin = pinOf(chat);
  const where = pin.server === undefined ? "" : ` at ${pin.server}`;
  const who = pin.identity === undefined ? "" : `, as ${pin.identity.name} (${shortHash(pin.identity.hash)})`;
  say(io, plain(`chat ${chat.id} on ${versionText(pin)}: ${pin.route}${where}${who}`));
  const active = activeHere(io);
  if (active !== undefined && differs(chat, active)) {
    say(io, plain(`active now: ${versionText(active)}; this chat stays as it is`));
  }
}

/** `live` while a turn or a terminal has it, `ended`, else `idle`. */
export function stateOf({ folder, chat }: Opened): "live" | "idle" | "ended" {
  if (liveHolder(folder) !== undefined) return "live";
  return chat.status === "ended" ? "ended" : "idle";
}

/** A chat in an envelope. */
export function chatJson(opened: Opened, active: Version | undefined): Record<string, unknown> {
  const { chat } = opened;
  const { profile, revision, route, server, identity } = pinOf(chat);
  const { id, title, cwd, project, openedAt, endedAt, turns, lastTurnAt } = chat;
  return {
    id,
    title,
    state: stateOf(opened),
    profile,
    revision,
    route,
    ...(server !== undefined && { server }),
    ...(identity && { identity }),
    differs: differs(chat, active),
    turns,
    cwd,
    ...(project !== undefined && { project }),
    openedAt,
    ...(lastTurnAt !== undefined && { lastTurnAt }),
    ...(endedAt !== undefined && { endedAt }),
  };
}
