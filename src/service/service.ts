// One service from its lock to its last word: the daemon of one project.
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, placeText, WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Env, Home, Project } from "../base/home.ts";
import { type Lock, takeLock } from "../base/lock.ts";
import { processMark } from "../base/process.ts";
import { readCoolings } from "../cooling/files.ts";
import { changeMark, closeGraph, type Graph, openGraph } from "../graph/database.ts";
import { liveRuns } from "../graph/run.ts";
import { serve } from "../ipc/server.ts";
import { socketPathOf } from "../ipc/socket.ts";
import { deliverFrom } from "../notify/deliver.ts";
import { type Outbox, openOutbox } from "../notify/outbox.ts";
import { canaryHere, canaryMark } from "../profile/arms.ts";
import { loadSettings, ownLayers, readFingerprint } from "../profile/load.ts";
import { keepRevision } from "../profile/revisions.ts";
import { registerService, unregisterService } from "../profile/services.ts";
import type { Where } from "../profile/where.ts";
import { adoptRuns, mendRepository } from "./adopt.ts";
import { answers, type Life } from "./answers.ts";
import { type AppliedSettings, applySettings } from "./applied.ts";
import { budgetWatch } from "./budget.ts";
import type { Context, Program } from "./context.ts";
import { examinedHolds } from "./examined.ts";
import { openGuard } from "./guard.ts";
import type { ServiceLog } from "./log.ts";
import { type Loop, startLoop } from "./loop.ts";
import { changeability } from "./obstacle.ts";
import { openProbation } from "./probation.ts";
import { serviceEnvironment } from "./spawn.ts";
import { endAgents } from "./stop.ts";
import { tick } from "./tick.ts";
import { waitingTasks } from "./waiting.ts";
import { watchRuns } from "./watch.ts";

export interface ServiceOptions {
  home: Home;
  project: Project;
  env: Env;
  /** Settings from the command line, by key. */
  flags: Readonly<Record<string, string>>;
  program: Program;
  log: ServiceLog;
  now(): Date;
}

/** How long the graph may be locked by others before a tick gives up; the next one tries again. */
const graphWaitMs = 2000;
/** How long callers may take to hear the last answers. */
const closeGraceMs = 1000;
/** How long what is being told may take to its end. */
const noticeGraceMs = 2000;

/**
 * Runs the service of a project until it is told to stop, by a call or by `signal`. Refuses before it has done anything:
 * `service-runs` when there is one already, and as the settings and the graph refuse.
 */
export async function runService(options: ServiceOptions, signal: AbortSignal): Promise<void> {
  const { project } = options;
  const lock = takeServiceLock(project);
  try {
    const graph = openGraph(project, graphWaitMs);
    try {
      await live(options, graph, signal);
    } finally {
      closeGraph(graph);
    }
  } finally {
    lock.release();
  }
}

/** The pid in a project's pid file, for messages only: nothing is decided by it. */
function notedPid(project: Project): string {
  return readText(pidPath(project), 64)?.trim() || "unknown";
}

/** Refuses with `service-runs`, naming the pid. */
export function alreadyRuns(pid: number | string): WgError {
  return new WgError("service-runs", `a service already runs here, pid ${pid}`, {
    hint: "wg service status shows it, wg service stop ends it",
  });
}

function takeServiceLock(project: Project): Lock {
  const lock = takeLock(lockPath(project), "exclusive", 0);
  if (lock === undefined) throw alreadyRuns(notedPid(project));
  return lock;
}

async function live(options: ServiceOptions, graph: Graph, signal: AbortSignal): Promise<void> {
  const { home, project, env, flags, program, log, now } = options;
  const startedAt = now();
  const ending = new AbortController();
  const end = () => ending.abort();
  let isStopping = false;
  let loop: Loop | undefined;

  const logFailure = failureLog(log);
  let trouble: string | undefined;
  const failed = (error: unknown) => {
    trouble = messageOf(error);
    logFailure(error);
  };
  const applied = followSettings({ home, project, env, flags }, log, startedAt, () => loop?.wake());
  const workerEnv = serviceEnvironment(env);
  const where: Where = { home, project, env: workerEnv, flags };
  const shared: Omit<Context, "probation" | "guard"> = {
    home,
    project,
    where,
    env: workerEnv,
    program,
    graph,
    applied,
    log,
    watch: watchRuns(changeability(graph, failed)),
    waiting: waitingTasks(),
    lookAtBudgets: budgetWatch({ graph, applied, now }),
    examined: examinedHolds(),
    name: `service ${process.pid}`,
    now,
    random: Math.random,
    tell: warningLog(log),
    failed,
    wake: () => loop?.wake(),
  };
  const context: Context = { ...shared, probation: openProbation(shared), guard: openGuard(shared) };
  const life: Life = {
    startedAt,
    isStopping: () => isStopping,
    trouble: () => trouble,
    async stop(killAgents) {
      isStopping = true;
      log.write("info", killAgents ? "stopping, and the agents with it" : "stopping");
      if (killAgents) await endAgents(context);
      const inFlight = liveRuns(graph).length;
      end();
      return inFlight;
    },
  };
  const onHangup = () => {
    applied.reload(now());
  };

  const isOurs = lockWatch(project);
  adoptRuns(context);
  void mendRepository(context);
  const socketPath = socketPathOf(project);
  const server = await serve(socketPath, answers(context, life), context.failed);
  const unregister = register(options, socketPath);
  writeText(pidPath(project), `${process.pid}\n`);
  process.on("SIGHUP", onHangup);
  const { profile, revision } = applied.applied();
  log.write("info", `service runs, pid ${process.pid}`, { profile, revision, project: project.root });
  const outbox = outboxOf(context);
  const hasCooled = coolingWatch(context);
  loop = startLoop({
    look() {
      trouble = undefined;
      const looked = tick(context, !isStopping);
      outbox.look();
      return looked;
    },
    hasChanged: changeWatch(graph),
    lookAtFiles() {
      applied.refresh(now());
      if (hasCooled()) context.wake();
      if (isOurs()) return;
      log.write("error", `${project.folder} was removed or replaced: the service ends`);
      end();
    },
    failed: context.failed,
  });

  signal.addEventListener("abort", end, { once: true });
  if (!signal.aborted && !ending.signal.aborted) await once(ending.signal, "abort");
  isStopping = true;
  signal.removeEventListener("abort", end);
  loop.stop();
  process.off("SIGHUP", onHangup);
  await outbox.end(noticeGraceMs);
  unregister();
  await server.close(closeGraceMs);
  removeFile(pidPath(project));
  log.write("info", "service stopped");
}

function outboxOf({ graph, project, env, applied, log, now, wake, failed }: Context): Outbox {
  return openOutbox({
    graph,
    project: project.root,
    notify: () => applied.settings().general.notify,
    deliver: deliverFrom({ cwd: project.root, env }),
    log: (level, message) => log.write(level, message),
    now,
    wake,
    failed,
  });
}

function followSettings(where: Where, log: ServiceLog, now: Date, onNews: () => void): AppliedSettings {
  const source = {
    load() {
      const mark = canaryMark(where);
      const loaded = loadSettings(where);
      const canary = canaryHere(where, loaded.settings);
      return { settings: loaded.settings, fingerprint: loaded.fingerprint + mark, ...(canary && { canary }) };
    },
    fingerprint: () => readFingerprint(where) + canaryMark(where),
  };
  const keep = () => {
    const problem = keepRevision(where, applied.settings());
    if (problem !== undefined) log.write("warn", `this revision is not kept: ${problem.message}`);
  };
  const applied = applySettings(source, now, (refreshed, took) => {
    const { profile, revision, canary } = applied.applied();
    const beside = canary && { canary: `${canary.canary.profile}@${canary.canary.revision}` };
    const fields = { profile, revision, ...beside, tookMs: Math.round(took * 10) / 10 };
    if (refreshed.kind === "applied") {
      keep();
      log.write("info", "settings applied", fields);
    }
    if (refreshed.kind === "unchanged") log.write("info", "the settings on disk are good again", fields);
    if (refreshed.kind === "refused") {
      const { message, at } = refreshed.error;
      const place = at === undefined ? "" : ` (${placeText(at)})`;
      log.write("warn", `settings refused, the last good ones stay: ${message}${place}`, fields);
    }
    onNews();
  });
  keep();
  return applied;
}

/** Makes the service known on this machine; answers how to take that back. A home that cannot be written is survived. */
function register({ home, project, env, flags, log }: ServiceOptions, socket: string): () => void {
  const mark = processMark(process.pid);
  if (mark === undefined) throw new Error("this process cannot find itself");
  const attempt = (step: () => void) => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      log.write("warn", `not known to other commands: ${error.message}; switches are seen by polling`);
    }
  };
  attempt(() =>
    registerService(home, {
      project: project.root,
      socket,
      mark,
      ...ownLayers({ home, project, env, flags }),
    }),
  );
  return () => attempt(() => unregisterService(home, { project: project.root, mark }));
}

/** Logs what was thrown; the same message again only after a minute. */
function failureLog(log: ServiceLog): (error: unknown) => void {
  let last = { message: "", atMs: Number.NEGATIVE_INFINITY };
  return (error) => {
    const message = messageOf(error);
    if (message === last.message && performance.now() - last.atMs < 60_000) return;
    last = { message, atMs: performance.now() };
    if (error instanceof WgError) return log.write("warn", `${message}; tried again soon`);
    log.write("error", `bug: ${message}`, error instanceof Error ? { stack: error.stack } : {});
  };
}

/** Logs a sentence as a warning; the same one again only after ten minutes. */
function warningLog(log: ServiceLog): (sentence: string) => void {
  const told = new Map<string, number>();
  return (sentence) => {
    const nowMs = performance.now();
    for (const [before, atMs] of told) if (nowMs - atMs > 600_000) told.delete(before);
    if (told.has(sentence)) return;
    told.set(sentence, nowMs);
    log.write("warn", sentence);
  };
}

/** True when what cools on this machine is something else than at the last call. */
function coolingWatch({ where, now }: Context): () => boolean {
  let mark = "";
  return () => {
    const before = mark;
    mark = readCoolings(where, now()).mark;
    return mark !== before;
  };
}

function changeWatch(graph: Graph): () => boolean {
  let mark = "";
  return () => {
    const before = mark;
    mark = changeMark(graph);
    return mark !== before;
  };
}

/** True while the lock file is the one we hold: without it another service could start beside us. */
function lockWatch(project: Project): () => boolean {
  const held = fs.statSync(lockPath(project)).ino;
  return () => fs.statSync(lockPath(project), { throwIfNoEntry: false })?.ino === held;
}

function lockPath(project: Project): string {
  return path.join(project.service, "lock");
}

function pidPath(project: Project): string {
  return path.join(project.service, "pid");
}
