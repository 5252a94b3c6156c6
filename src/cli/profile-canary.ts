// `wg profile use <name> --canary`, `wg profile promote` and `wg profile abort`: the words around a canary.
import { WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { type CanaryView, viewOf } from "../overview/canary-view.ts";
import type { Target } from "../profile/aim.ts";
import type { Canary } from "../profile/canary.ts";
import { beginCanary, type CanaryOutcome } from "../profile/canary-begin.ts";
import { abortCanary, type EndedCanary, promoteCanary, requireCanary } from "../profile/canary-over.ts";
import { parseGuardrail } from "../profile/guardrail.ts";
import { repliesClauses, versionText } from "../profile/outcome.ts";
import { parseShare, shareText } from "../profile/share.ts";
import type { Where } from "../profile/where.ts";
import { withFigures } from "./canary-now.ts";
import { figuresSentence } from "./canary-text.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { changedBy, type JsonOption, writablePlace } from "./profile-place.ts";
import { replyJson } from "./profile-reply.ts";
import { outcomeJson, refuseTheirs, tellSwitch } from "./profile-use.ts";

export interface CanaryOptions extends JsonOption {
  canary?: string;
  abortIf?: string[];
  minRuns?: number;
  clear?: true;
  project?: true;
  /** False by `--no-check`. */
  check: boolean;
  dryRun?: true;
}

type EndOptions = Pick<CanaryOptions, "project" | "json">;

/** Gives a profile a share of the tasks, or changes what a canary of it has. */
export async function begin(io: Io, name: string | undefined, options: CanaryOptions): Promise<void> {
  const share = shareOf(name, options);
  const guardrails = options.abortIf?.map(parseGuardrail);
  const where = writablePlace(io);
  const project = options.project && requireProject(io.cwd, io.env);
  const target: Target = name === "-" ? { kind: "previous" } : { kind: "named", word: name ?? "" };
  if (!project && target.kind === "named") refuseTheirs(where, target.word);
  const check = options.check ? (await import("./switch-check.ts")).switchCheck(io, where) : undefined;
  const request = {
    ...{ target, share, by: changedBy(io), now: io.now },
    ...(project && { project }),
    ...(guardrails && { guardrails }),
    ...(options.minRuns !== undefined && { minRuns: options.minRuns }),
    ...(check && { check }),
  };
  const outcome = await beginCanary(where, request, io.signal);
  if (options.json) return printJson(io, begunJson(outcome));
  print(io, outcome.canary.canary.profile);
  say(io, plain(begunSentence(outcome)));
  for (const note of outcome.notes) warn(io, note);
}

/** Makes the candidate the active profile. */
export async function promote(io: Io, options: EndOptions & { check: boolean }): Promise<void> {
  const where = writablePlace(io);
  const project = options.project && requireProject(io.cwd, io.env);
  const figures = await figuresOf(where, requireCanary(where, project));
  const check = options.check ? (await import("./switch-check.ts")).switchCheck(io, where) : undefined;
  const request = {
    ...{ by: changedBy(io), now: io.now },
    ...(project && { project }),
    ...(check && { check }),
  };
  const { outcome } = await promoteCanary(where, request, io.signal);
  if (options.json) {
    const { chatsThatStay } = await import("./chat-count.ts");
    const chats = await chatsThatStay(where);
    return printJson(io, { ...outcomeJson(outcome), chats, canary: canaryJson(figures) });
  }
  print(io, outcome.to.profile);
  tellSwitch(io, outcome);
  sayFigures(io, figures);
}

/** Ends a canary; the active profile stays. */
export async function abort(io: Io, options: EndOptions): Promise<void> {
  const where = writablePlace(io);
  const project = options.project && requireProject(io.cwd, io.env);
  const figures = await knownFigures(where, () => requireCanary(where, project));
  const request = { ...{ by: changedBy(io), now: io.now }, ...(project && { project }) };
  const ended = await abortCanary(where, request, io.signal);
  if (options.json) return printJson(io, endedJson(ended, figures));
  if (ended.canary !== undefined) print(io, ended.canary.main.profile);
  say(io, plain(endedSentence(ended)));
  if (figures) sayFigures(io, figures);
  for (const note of ended.notes) warn(io, note);
}

function shareOf(name: string | undefined, { canary, clear, dryRun, abortIf }: CanaryOptions): number {
  if (canary === undefined) {
    const option = abortIf === undefined ? "--min-runs" : "--abort-if";
    throw usage(`${option} is about a canary, and there is no --canary`);
  }
  if (clear) throw usage("--clear lets go of the profile; it gives no share to one");
  if (dryRun) {
    throw usage(
      "--dry-run tells what a switch would change; a canary changes that for its share of the tasks",
    );
  }
  if (name === undefined) throw usage("no profile was named");
  return parseShare(canary);
}

function usage(message: string): WgError {
  return new WgError("usage", message, { exit: 2, hint: "wg profile use <name> --canary 20%" });
}

function figuresOf(where: Where, canary: Canary): Promise<CanaryView> {
  return withFigures(where, (graph) => viewOf(canary, graph));
}

/** A file that cannot be read has no figures, and is ended all the same. */
async function knownFigures(where: Where, find: () => Canary): Promise<CanaryView | undefined> {
  try {
    return await figuresOf(where, find());
  } catch (error) {
    if (error instanceof WgError && error.code !== "no-canary") return undefined;
    throw error;
  }
}

function begunSentence({ canary, state, project, replies, next, tookMs }: CanaryOutcome): string {
  const whose = project === undefined ? "" : ` of ${project}`;
  const [on, rest] = [versionText(canary.canary), versionText(canary.main)];
  const gets = `${on} ${state === "unchanged" ? "had" : "gets"} ${shareText(canary.share)} of the tasks${whose}`;
  const already =
    state === "unchanged" ? " already" : ` from now on, ${rest} the rest (${Math.round(tookMs)} ms)`;
  const rules = canary.guardrails.length === 0 ? [] : [rulesClause(canary)];
  const comes = `the next dispatch uses ${next.canary} or ${next.main}`;
  return [`${gets}${already}`, ...rules, ...repliesClauses(replies), comes].join("; ");
}

function rulesClause({ guardrails, minRuns }: Canary): string {
  const which =
    guardrails.length === 1 ? "its guardrail speaks" : `its ${guardrails.length} guardrails speak`;
  return `${which} once both sides have ${minRuns} runs`;
}

function endedSentence({ canary, project, replies }: EndedCanary): string {
  const whose = project === undefined ? "" : ` for ${project}`;
  const what =
    canary === undefined
      ? "a canary whose file could not be read has ended"
      : `the canary of ${versionText(canary.canary)} has ended${whose}; ${canary.main.profile} gets all tasks`;
  return [what, ...repliesClauses(replies)].join("; ");
}

function sayFigures(io: Io, view: CanaryView): void {
  const sentence = figuresSentence(view);
  if (sentence !== undefined) say(io, plain(sentence));
}

function warn(io: Io, text: string): void {
  say(io, `${paint(io, "stderr", "yellow", "warning:")} ${plain(text)}`);
}

function begunJson({
  canary,
  state,
  next,
  replies,
  tookMs,
  notes,
  project,
}: CanaryOutcome): object & Record<string, unknown> {
  const { notes: _, ...view } = viewOf(canary, undefined);
  return {
    ...{ state, ...(project !== undefined && { project }), canary: { ...view, next } },
    ...{ services: replies.map(replyJson), notes, tookMs },
  };
}

function canaryJson({ notes: _, ...view }: CanaryView): Record<string, unknown> {
  return view;
}

function endedJson(
  { project, replies, notes }: EndedCanary,
  view: CanaryView | undefined,
): Record<string, unknown> {
  return {
    ended: true,
    ...(project !== undefined && { project }),
    ...(view && { canary: canaryJson(view) }),
    services: replies.map(replyJson),
    notes,
  };
}
