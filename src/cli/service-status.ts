// `wg service status`: what the service runs on, what is in flight, what waits and why.
import { placeText, WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { call } from "../ipc/client.ts";
import type { Applied, ServiceStatus } from "../ipc/protocol.ts";
import { socketPathOf } from "../ipc/socket.ts";
import { failoverSentence } from "../plan/failover.ts";
import { versionText } from "../profile/outcome.ts";
import { shareText } from "../profile/share.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, table } from "./print.ts";
import { spanText } from "./run-text.ts";

export async function status(io: Io, options: { json?: true }): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  try {
    const found = await call(socketPathOf(project), "status", {}, { timeoutMs: 5000, signal: io.signal });
    if (options.json) return printJson(io, { running: true, ...found });
    print(io, statusText(io, found));
  } catch (error) {
    if (!(options.json && error instanceof WgError && error.code === "no-service")) throw error;
    printJson(io, { running: false, project: project.root });
    io.status = 1;
  }
}

function statusText(io: Io, status: ServiceStatus): string {
  const { applied, inFlight, waiting } = status;
  const ago = (iso: string) => spanText(io.now().getTime() - Date.parse(iso));
  const state = status.stopping ? "stopping" : "running";
  const facts: [string, string][] = [
    ["service", `${state}, pid ${status.pid}, for ${ago(status.startedAt)}, wg ${status.version}`],
    ["project", plain(status.project)],
    ["profile", `${applied.profile}, revision ${applied.revision}, applied ${ago(applied.appliedAt)} ago`],
    ...(applied.pinned === undefined ? [] : [["pinned", `by ${plain(applied.pinned)}`] as [string, string]]),
    ...canaryFacts(applied),
    ["reload", reloadText(status.lastReload, ago)],
    ...failoverFacts(io, status),
    ...(applied.problem === undefined
      ? []
      : [["problem", problemText(io, applied.problem, ago)] as [string, string]]),
    ...(status.trouble === undefined
      ? []
      : [["trouble", troubleText(io, status.trouble)] as [string, string]]),
    ["agents", `${inFlight.length} of ${status.maxAgents}`],
    ["ready", String(status.ready)],
  ];
  const blocks = [facts.map(([name, text]) => `${name.padEnd(8)} ${text}`).join("\n")];
  if (inFlight.length > 0) {
    const rows = inFlight.map(({ run, task, role, profile, revision, route, pid, startedAt }) => [
      ...[run, task, role, profile, revision, route, String(pid ?? "-")],
      startedAt === undefined ? "starting" : ago(startedAt),
    ]);
    blocks.push(table(["RUN", "TASK", "ROLE", "PROFILE", "REVISION", "ROUTE", "PID", "AGE"], rows));
  }
  if (waiting.length > 0) {
    const rows = waiting.map(({ task, problem, since }) => [task, ago(since), problem]);
    blocks.push(table(["CANNOT START", "SINCE", "WHY"], rows));
  }
  return blocks.join("\n\n");
}

function troubleText(io: Io, trouble: string): string {
  return paint(io, "stdout", "red", plain(`${trouble}; tried again all the time`));
}

function canaryFacts({ canary }: Applied): [string, string][] {
  if (canary === undefined) return [];
  const { share, aside } = canary;
  const on = versionText(canary.canary);
  const text =
    aside === undefined
      ? `${on} gets ${shareText(share)}, ${versionText(canary.main)} the rest`
      : `not here: ${aside}`;
  return [["canary", plain(text)]];
}

function failoverFacts(io: Io, { failover, reverted }: ServiceStatus): [string, string][] {
  const yellow = (text: string) => paint(io, "stdout", "yellow", plain(text));
  return [
    ...(failover === undefined
      ? []
      : [failoverSentence(failover), ...failover.skipped].map((text): [string, string] => [
          "failover",
          yellow(text),
        ])),
    ...(reverted === undefined ? [] : [["reverted", yellow(revertedText(reverted))] as [string, string]]),
  ];
}

/** `from b back to a at 2026-...: why`. */
export function revertedText({ at, from, to, why }: NonNullable<ServiceStatus["reverted"]>): string {
  return `from ${from} back to ${to} at ${at}${why === undefined ? "" : `: ${why}`}`;
}

function reloadText(reload: ServiceStatus["lastReload"], ago: (iso: string) => string): string {
  const error = reload.error === undefined ? "" : `: ${plain(reload.error)}`;
  return `${reload.result} ${ago(reload.at)} ago in ${reload.tookMs} ms${error}`;
}

function problemText(io: Io, problem: NonNullable<Applied["problem"]>, ago: (iso: string) => string): string {
  const place = problem.at === undefined ? "" : `${placeText(problem.at)}: `;
  const hint = problem.hint === undefined ? "" : `; ${problem.hint}`;
  const text = `${plain(`${place}${problem.message}`)} (for ${ago(problem.since)}${plain(hint)})`;
  return paint(io, "stdout", "red", text);
}
