// What a file that comes with a project would do, shown to the person who is to trust it; and the steps after a yes.
import type { Home, Project } from "../base/home.ts";
import { fileLayer } from "../config/layers.ts";
import { tomlLiteral } from "../config/literal.ts";
import { risksOf } from "../config/trust.ts";
import { whileSwitching } from "../profile/commit.ts";
import { nudgeServices, type Reply } from "../profile/nudge.ts";
import { repliesClauses } from "../profile/outcome.ts";
import { runningServices, serves } from "../profile/services.ts";
import type { Trust } from "../profile/trust.ts";
import { canAsk, consent } from "./ask.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, say } from "./print.ts";

export interface TrustOptions {
  show?: true;
  yes?: true;
  revoke?: true;
  json?: true;
}

/** A file that may be trusted: each of its keys, and what a person should know of it. */
export interface Report {
  path: string;
  trust: Trust;
  settings: { key: string; value: unknown; line?: number; risks: string[] }[];
}

const trustTexts: Readonly<Record<Trust, string>> = {
  trusted: "trusted",
  changed: "changed since you trusted it",
  "not-trusted": "not trusted",
};

/** Reads a file for its report; refuses what no settings could be made of. */
export function reportOf(kind: "project" | "profile", path: string, text: string, trust: Trust): Report {
  const { values } = fileLayer(kind, path, text);
  const settings = [...values].map(([key, { value, line }]) => ({
    key,
    value,
    ...(line !== undefined && { line }),
    risks: risksOf(key, value),
  }));
  return { path, trust, settings };
}

/** Prints a report: what is harmless as it stands, and what is not as a marked sentence. */
export function printReport(io: Io, { path, trust, settings }: Report): void {
  print(io, `${visible(path)}: ${trustTexts[trust]}`);
  for (const { key, value, risks } of settings) {
    if (risks.length === 0) print(io, `    ${visible(`${key} = ${cut(tomlLiteral(value), 400)}`)}`);
    for (const risk of risks)
      print(io, `  ${paint(io, "stdout", "yellow", "!")} ${visible(`${key}: ${cut(risk, longestRisk)}`)}`);
  }
}

/** Whether the person says yes. Where nobody can be asked that takes `--yes`. */
export async function isAgreed(io: Io, { yes, json }: TrustOptions, question: string): Promise<boolean> {
  if (yes) return true;
  const isAsked = !json && canAsk(io);
  if (isAsked && (await consent(io, question))) return true;
  io.status = 4;
  if (!json) {
    const why = isAsked ? "" : ": nobody could be asked, and there was no --yes";
    say(io, `nothing was trusted${why}`);
  }
  return false;
}

/** Makes a change of what is trusted while no switch is under way, then has the services of the project look. */
export async function changeTrust(
  io: Io,
  home: Home,
  project: Project,
  by: string,
  change: () => void,
): Promise<Reply[]> {
  return whileSwitching(home, io.signal, async () => {
    change();
    const listeners = runningServices(home)
      .filter((service) => serves(service, project))
      .map((service) => ({ service, follows: true }));
    return nudgeServices(home, listeners, by, io.signal);
  });
}

/** One sentence: what was done, and what services made of it. */
export function changeSentence(done: string, replies: readonly Reply[]): string {
  return plain([done, ...(replies.length > 0 ? repliesClauses(replies) : [])].join("; "));
}

/** Text in which nothing is unseen: marks that turn the order of letters around, or take no room, are written out. */
function visible(text: string): string {
  return plain(text).replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, (mark) => {
    return `\\u${(mark.codePointAt(0) ?? 0).toString(16)}`;
  });
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}... (${text.length} characters in all)` : text;
}

/** Longer than any command or url may be: of those nothing is kept back. */
const longestRisk = 5000;
