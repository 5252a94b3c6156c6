// The one screen of `wg status` and `wg watch`, as lines made from what was gathered. Pure.
import type { Health } from "../overview/health.ts";
import type { Overview, ProjectView, RunView, Today } from "../overview/overview.ts";
import type { Problem, ProfileView } from "../overview/profile-view.ts";
import type { ServiceView } from "../overview/service-view.ts";
import { clockText, failoverSentence } from "../plan/failover.ts";
import { armsTable, canarySentence } from "./canary-text.ts";
import { plain, table } from "./print.ts";
import { spanText } from "./run-text.ts";
import { revertedText } from "./service-status.ts";
import { costSentence, dollarsText } from "./usage-text.ts";

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: "bold" | "dim" | "red" | "green" | "yellow", text: string) => string;

/** The screen: a few facts, then what runs, what waits, and how the servers do; nothing is told that there is none of. */
export function statusText(found: Overview, chats: number, paint: Paint): string {
  const { project } = found;
  const nowMs = Date.parse(found.at);
  const blocks = [
    factLines(found, chats, nowMs, paint).join("\n"),
    found.canary === undefined ? "" : armsTable(found.canary),
    project === undefined ? "" : runningText(project.running, nowMs),
    project === undefined ? "" : waitingText(project),
    healthText(found, nowMs, paint),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function factLines(found: Overview, chats: number, nowMs: number, paint: Paint): string[] {
  const { profile, project } = found;
  const facts: [string, string][] = [
    ["profile", profileLine(profile)],
    ...profile.notes.map((note): [string, string] => ["note", paint("yellow", plain(note))]),
    ...(profile.problem === undefined
      ? []
      : [["problem", paint("red", problemLine(profile.problem))] as [string, string]]),
    ...failoverFacts(found, paint),
    ...canaryFacts(found, paint),
    ...(project === undefined ? [] : projectFacts(project, profile, nowMs, paint)),
    ...(chats > 0 ? [["chats", `${chats} open`] as [string, string]] : []),
  ];
  return facts.map(([name, text]) => `${name.padEnd(8)} ${text}`);
}

function failoverFacts({ failover, project }: Overview, paint: Paint): [string, string][] {
  const sentences = failover === undefined ? [] : [failoverSentence(failover), ...failover.skipped];
  const service = project?.service;
  const reverted = service?.kind === "running" ? service.status.reverted : undefined;
  return [
    ...sentences.map((text): [string, string] => ["failover", paint("yellow", plain(text))]),
    ...(reverted === undefined
      ? []
      : [["reverted", paint("yellow", plain(revertedText(reverted)))] as [string, string]]),
  ];
}

function canaryFacts({ canary, at }: Overview, paint: Paint): [string, string][] {
  if (canary === undefined) return [];
  const judges = canary.judges === undefined ? [] : [canary.judges];
  const notes = [...judges, ...canary.notes].map((note): [string, string] => [
    "note",
    paint("yellow", plain(note)),
  ]);
  return [["canary", plain(canarySentence(canary, new Date(at)))], ...notes];
}

function profileLine({ name, revision, origin, next }: ProfileView): string {
  const which = `${name ?? "?"}${revision === undefined ? "" : `@${revision}`}`;
  const from = origin === undefined ? "" : `, from ${origin}`;
  return plain(`${which}${next === undefined ? "" : `: ${next}`}${from}`);
}

function problemLine({ message, hint, at }: Omit<Problem, "code">): string {
  const place = at === undefined ? "" : `${at.path}${at.line === undefined ? "" : `:${at.line}`}: `;
  return plain(`${place}${message}${hint === undefined ? "" : `; ${hint}`}`);
}

function projectFacts(
  { service, states, today }: ProjectView,
  profile: ProfileView,
  nowMs: number,
  paint: Paint,
): [string, string][] {
  const tasks = states.map(({ state, count }) => `${count} ${state}`).join(", ");
  return [
    ...serviceFacts(service, profile, nowMs, paint),
    ["tasks", tasks === "" ? "none" : tasks],
    ...(today.runs === 0 ? [] : [["today", todayLine(today)] as [string, string]]),
  ];
}

function serviceFacts(
  service: ServiceView,
  profile: ProfileView,
  nowMs: number,
  paint: Paint,
): [string, string][] {
  if (service.kind === "none") return [["service", "none runs"]];
  if (service.kind === "silent") return [["service", paint("red", plain(`does not answer: ${service.why}`))]];
  const { stopping, pid, startedAt, maxAgents, inFlight, applied, trouble } = service.status;
  const state = stopping ? "stopping" : "runs";
  const span = spanText(nowMs - Date.parse(startedAt));
  const pinned = applied.pinned === undefined ? "" : `, by ${applied.pinned}`;
  const isOther = applied.profile !== profile.name || applied.revision !== profile.revision;
  return [
    ["service", `${state} for ${span}, pid ${pid}, ${inFlight.length} of ${maxAgents} agents at work`],
    ...(isOther
      ? [
          ["applied", paint("yellow", plain(`${applied.profile}@${applied.revision}${pinned}`))] as [
            string,
            string,
          ],
        ]
      : []),
    ...(applied.problem === undefined
      ? []
      : [["problem", paint("red", problemLine(applied.problem))] as [string, string]]),
    ...(trouble === undefined ? [] : [["trouble", paint("red", plain(trouble))] as [string, string]]),
  ];
}

function todayLine({ runs, done, failures, cost, budgets }: Today): string {
  const failed = failures.map(({ class: name, runs: count }) => `${count} ${name}`).join(", ");
  const ended = [`${done} done`, ...(failed === "" ? [] : [`failed: ${failed}`])].join(", ");
  const spent = costSentence(cost, []);
  const parts = [
    `${runs} ${runs === 1 ? "run" : "runs"}, ${ended}`,
    ...(spent === "-" ? [] : [spent]),
    ...budgets.map(({ profile, usd }) => {
      return `budget ${dollarsText(usd)}${profile === undefined ? "" : ` on ${profile}`}`;
    }),
  ];
  return parts.join("; ");
}

function runningText(running: readonly RunView[], nowMs: number): string {
  if (running.length === 0) return "";
  const ago = (iso: string) => spanText(Math.max(0, nowMs - Date.parse(iso)));
  const rows = running.map(({ id, task, role, route, profile, revision, startedAt, lastSign }) => [
    ...[role === "worker" ? task : `${task} (${role})`, id, route, `${profile}@${revision}`],
    startedAt === undefined ? "starting" : ago(startedAt),
    ago(lastSign),
  ]);
  return table(["RUNS", "RUN", "ROUTE", "ON", "FOR", "LAST SIGN"], rows);
}

function waitingText({ waiting }: ProjectView): string {
  const { tasks, more } = waiting;
  if (tasks.length === 0) return "";
  const rows = tasks.map(({ task, why }) => [task, cut(why)]);
  const rest = more === 0 ? "" : `\n${more} more: wg blocked`;
  return `${table(["WAITS", "WHY"], rows)}${rest}`;
}

function healthText({ health, check, profile }: Overview, nowMs: number, paint: Paint): string {
  if (health.length === 0) return "";
  const rows = health.map((each) => [
    each.name,
    each.state,
    each.roles.length === 6 ? "all" : each.roles.join(", "),
    evidence(each, nowMs),
  ]);
  const lines = table(["SERVER", "STATE", "FOR", "LAST HEARD"], rows).split("\n");
  const colours = { good: "green", bad: "red", unknown: "dim" } as const;
  const painted = lines.map((line, index) => {
    const state = health[index - 1]?.state;
    return state === undefined ? line : line.replace(state, paint(colours[state], state));
  });
  return [...painted, checkLine(check, profile, nowMs)].join("\n");
}

const verdicts = { yes: "would work", no: "would not work", unknown: "not all of it can be known" } as const;

function checkLine(check: Overview["check"], { name }: ProfileView, nowMs: number): string {
  if (check === undefined) return `${name} was never checked: wg status --check`;
  const ago = spanText(Math.max(0, nowMs - Date.parse(check.at)));
  return `last check of ${name}, ${ago} ago${check.changed ? ", before it was changed" : ""}: ${verdicts[check.verdict]}`;
}

function evidence({ run, cooling }: Health, nowMs: number): string {
  if (cooling !== undefined) {
    const until =
      cooling.until === undefined
        ? "until a run has tried it"
        : `until ${clockText(new Date(cooling.until))}`;
    return `left alone ${until} (${cooling.why})`;
  }
  if (run === undefined) return "no run yet";
  const ended = run.failure === undefined ? run.outcome : `${run.outcome} (${run.failure})`;
  return `${ended} ${spanText(Math.max(0, nowMs - Date.parse(run.at)))} ago, ${run.id}`;
}

/** A table of a screen has no room for a whole refusal. */
function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
