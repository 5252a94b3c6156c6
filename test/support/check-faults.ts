// Every fault of the simulator at a path of its own, to be checked and run by one handler: what the check says, what becomes of the run.
import * as fs from "node:fs";
import * as path from "node:path";
import { providerOf } from "../../src/base/endpoint.ts";
import { homeOf } from "../../src/base/home.ts";
import { checkQuickly } from "../../src/check/check.ts";
import { checkReally } from "../../src/check/real.ts";
import type { Verdict } from "../../src/check/verdict.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { RunResult } from "../../src/graph/result.ts";
import type { StopReason } from "../../src/handlers/handler.ts";
import { loadNamed } from "../../src/profile/load.ts";
import type { Fault, Script } from "../../src/simulate/script.ts";
import { makeJob, type RunPlace, runJob } from "./contract.ts";

/**
 * What the quick check says of each: `no` and `yes` are promises, `unknown` is neither. The last five pass the list of
 * models and break the answer, so that only a real request can tell.
 */
const faults: readonly [name: string, fault: Fault | undefined, quick: Verdict, runs: boolean][] = [
  ["none", undefined, "yes", true],
  ["passing", { status: 500, times: 1 }, "yes", true],
  ["rejected", { status: 401 }, "no", false],
  ["forbidden", { status: 403 }, "no", false],
  ["cut-before", { cut: "before-headers" }, "no", false],
  ["hang-before", { hang: "before-headers" }, "no", false],
  ["bad-request", { status: 400 }, "unknown", false],
  ["no-path", { status: 404 }, "unknown", false],
  ["quota", { status: 429, retry_after: 3600 }, "unknown", false],
  ["broken", { status: 500 }, "unknown", false],
  ["busy", { status: 503 }, "unknown", false],
  ["no-json", { status: 200, body: "<html>welcome</html>" }, "unknown", false],
  ["late-reject", { status: 401, after: 0, times: 100 }, "yes", false],
  ["cut-mid", { cut: "mid-stream" }, "yes", false],
  ["hang-after", { hang: "after-headers" }, "yes", false],
  ["hang-mid", { hang: "mid-stream" }, "yes", false],
  ["error-event", { error_event: "overloaded_error" }, "yes", false],
];

/** A server on which every path has its fault. */
export const faultyServer: Script = {
  rules: faults.map(([name, fault]) => ({
    match: { path: `/${name}/` },
    ...(fault && { fault }),
    steps: [{ final: "ready" }],
  })),
};

/** What should come of each fault, and what did. */
export interface Agreement {
  fault: string;
  quick: Verdict | undefined;
  /** A real request was answered. */
  real: boolean;
  /** A run on the same plan was done. */
  runs: boolean;
}

export const expected: readonly Agreement[] = faults.map(([fault, , quick, runs]) => ({
  fault,
  quick,
  real: runs,
  runs,
}));

/** A handler to try, with a model and, where it is a program, where that is. */
export interface Tried {
  handler: "claude" | "codex" | "nex";
  model: string;
  command?: string;
  /** The longest a request or a run may take: long enough for the program to start while three others do. */
  limitMs: number;
}

/** How many runs are under way at once. */
const atOnce = 4;

/** Checks and runs one handler on all faults of the server at `url`. */
export async function tryFaults(place: RunPlace, url: string, tried: Tried): Promise<Agreement[]> {
  const requests = faults.map(([name]) => ({
    settings: settingsFor(place, `${url}/${name}`, tried),
    place: { env: place.env, cwd: place.cwd },
  }));
  const never = new AbortController().signal;
  const quick = await checkQuickly(requests, never);
  const real = await checkReally(requests, never, tried.limitMs);
  const outcomes: RunResult["outcome"][] = [];
  for (let at = 0; at < requests.length; at += atOnce) {
    const some = requests.slice(at, at + atOnce);
    outcomes.push(...(await Promise.all(some.map(({ settings }) => outcomeOf(place, settings, tried)))));
  }
  return faults.map(([fault], at) => ({
    fault,
    quick: quick[at]?.verdict,
    real: real[at]?.verdict === "yes",
    runs: outcomes[at] === "done",
  }));
}

function settingsFor(place: RunPlace, url: string, { handler, model, command }: Tried): Settings {
  const home = homeOf({ HOME: place.home });
  const prefix = handler === "nex" ? "local" : handler;
  const text = `[agent]\nmodel = "${prefix}:${model}"\n[[llm_endpoints.endpoints]]\nname = "here"\nprovider = "${providerOf[handler]}"\nurl = "${url}"\n`;
  fs.mkdirSync(home.profiles, { recursive: true });
  fs.writeFileSync(path.join(home.profiles, "tried.toml"), text);
  const named = command === undefined ? "" : `[handlers.${handler}]\ncommand = "${command}"\n`;
  fs.writeFileSync(home.config, named);
  return loadNamed({ home, env: {} }, "tried");
}

async function outcomeOf(
  place: RunPlace,
  settings: Settings,
  { handler, command, limitMs }: Tried,
): Promise<RunResult["outcome"]> {
  const [endpoint] = settings.bundle.endpoints;
  if (endpoint === undefined) throw new Error("no endpoint");
  const { isDefault: _, ...server } = endpoint;
  const job = makeJob(place, handler, {
    route: settings.bundle.agent.model,
    endpoint: server,
    limits: { timeoutMs: limitMs, hangAfterMs: limitMs / 4, maxTurns: 5 },
    ...(command !== undefined && { command }),
  });
  const hung: StopReason = { outcome: "timed-out", failure: { class: "hang", message: "too quiet" } };
  const folder = fs.mkdtempSync(path.join(place.folder, "one-"));
  const { result } = await runJob({ ...job, folder }, (event, abort) => {
    if (event.kind === "started") setTimeout(() => abort(hung), limitMs).unref();
  });
  return result.outcome;
}
