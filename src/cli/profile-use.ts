// `wg profile use` and `wg profile undo`: the words around a switch.
import { WgError } from "../base/error.ts";
import { type Project, requireProject } from "../base/home.ts";
import type { Target } from "../profile/aim.ts";
import { loadSettings, originText } from "../profile/load.ts";
import { overrideSentence, type SwitchOutcome, switchSentence } from "../profile/outcome.ts";
import { meansTheirs } from "../profile/project-profiles.ts";
import { useProfile } from "../profile/switch.ts";
import type { Where } from "../profile/where.ts";
import { chatsSentence, chatsThatStay } from "./chat-count.ts";
import { failoverNow } from "./failover-now.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { changedBy, type JsonOption, writablePlace } from "./profile-place.ts";
import { replyJson } from "./profile-reply.ts";

export interface UseOptions extends JsonOption {
  clear?: true;
  project?: true;
  /** False by `--no-check`. */
  check: boolean;
  dryRun?: true;
}

export async function use(io: Io, name: string | undefined, options: UseOptions): Promise<void> {
  await switchTo(io, targetOf(name, options.clear === true), options);
}

function targetOf(name: string | undefined, clear: boolean): Target {
  if (clear && name === undefined) return { kind: "clear" };
  if (clear) throw usage(`--clear goes back to base, and "${name}" is another profile`);
  if (name === undefined) throw usage("no profile was named");
  return name === "-" ? { kind: "previous" } : { kind: "named", word: name };
}

function usage(message: string): WgError {
  return new WgError("usage", message, { exit: 2, hint: "wg profile use <name>, or wg profile use --clear" });
}

/** Switches to a target, and says what came of it. */
export async function switchTo(io: Io, target: Target, options: UseOptions): Promise<void> {
  const where = writablePlace(io);
  const project: Project | undefined = options.project ? requireProject(io.cwd, io.env) : undefined;
  if (!project && target.kind === "named") refuseTheirs(where, target.word);
  const request = { target, ...(project && { project }), by: changedBy(io), now: io.now };
  if (options.dryRun) return (await import("./profile-dry-run.ts")).dryRun(io, where, request, options);
  const check = options.check ? (await import("./switch-check.ts")).switchCheck(io, where) : undefined;
  const outcome = await useProfile(where, { ...request, ...(check && { check }) }, io.signal);
  const chats = await chatsThatStay(where);
  if (options.json) return printJson(io, { ...outcomeJson(outcome), chats });
  print(io, outcome.to.profile);
  tellSwitch(io, outcome);
  const staying = chatsSentence(chats, outcome.to);
  if (staying !== undefined) say(io, plain(staying));
  const failover = await failoverNow(where, io.now(), () => loadSettings(where).settings);
  if (failover !== undefined) say(io, plain(failover.sentence));
}

/** What happened, and what else is worth knowing. */
export function tellSwitch(io: Io, outcome: SwitchOutcome): void {
  say(io, plain(switchSentence(outcome)));
  for (const override of outcome.overrides) warn(io, plain(overrideSentence(override)));
  for (const note of outcome.notes) warn(io, plain(note));
}

/** What comes with a project can be active in it, and nowhere else. */
export function refuseTheirs(where: Where, word: string): void {
  if (!meansTheirs(where, word)) return;
  throw new WgError("project-profile", `profile "${word}" comes with this project, and is for it alone`, {
    hint: `wg profile use ${word} --project`,
  });
}

function warn(io: Io, text: string): void {
  say(io, `${paint(io, "stderr", "yellow", "warning:")} ${text}`);
}

/** What a switch came to, for an envelope. */
export function outcomeJson({
  from,
  to,
  overrides,
  replies,
  tookMs,
  ...rest
}: SwitchOutcome): Record<string, unknown> {
  return {
    ...to,
    from,
    ...rest,
    overrides: overrides.map(({ key, value, origin }) => ({ key, value, origin: originText(origin) })),
    services: replies.map(replyJson),
    tookMs: Math.round(tookMs * 10) / 10,
  };
}
