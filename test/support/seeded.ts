// A project whose graph is filled by hand, and command lines run in this very process: for what only shows.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { projectAt } from "../../src/base/home.ts";
import { routeText } from "../../src/base/route.ts";
import type { Io } from "../../src/cli/io.ts";
import { runCommand } from "../../src/cli/program.ts";
import { closeGraph, createGraph, type Graph } from "../../src/graph/database.ts";
import type { Plan } from "../../src/graph/plan.ts";
import { execute, query } from "../../src/graph/query.ts";
import type { RunTable } from "../../src/graph/tables.ts";
import type { Ended } from "./wg.ts";

export interface SeededPlace {
  root: string;
  graph: Graph;
  now: Date;
  /** Runs a command line, at a terminal of so many columns or into a pipe. */
  wg(line: string, terminal?: { columns?: number; env?: Record<string, string> }): Promise<Ended>;
  json(line: string): Promise<Record<string, unknown>>;
  remove(): void;
}

export function makeSeededPlace(): SeededPlace {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-seeded-")));
  const graph = createGraph(projectAt(root));
  const now = new Date("2026-11-23T14:00:00Z");
  const wg: SeededPlace["wg"] = async (line, { columns, env = {} } = {}) => {
    const ended: Ended = { status: 0, stdout: "", stderr: "" };
    const stderr = new PassThrough();
    stderr.on("data", (chunk) => {
      ended.stderr += String(chunk);
    });
    const io: Io = {
      env: { HOME: root, WG_HOME: path.join(root, "home"), ...env },
      cwd: root,
      stdin: new PassThrough(),
      stdout: {
        write: (text) => {
          ended.stdout += text;
        },
        ...(columns !== undefined && { isTTY: true, columns }),
      },
      stderr,
      now: () => now,
      signal: new AbortController().signal,
      patient: false,
      status: 0,
    };
    await runCommand(line.split(" "), io);
    return { ...ended, status: io.status };
  };
  return {
    root,
    graph,
    now,
    wg,
    json: async (line) => JSON.parse((await wg(`${line} --json`)).stdout),
    remove() {
      closeGraph(graph);
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Writes a run of a task as it stands, ended well unless told otherwise; its task is not moved. */
export function seedRun(
  { graph, root }: SeededPlace,
  task: string,
  id: string,
  { plan: more = {}, ...columns }: Partial<Omit<RunTable, "number" | "plan">> & { plan?: Partial<Plan> } = {},
): void {
  const plan: Plan = {
    schemaVersion: 1,
    run: id,
    task,
    role: columns.role ?? "worker",
    attempt: columns.attempt ?? 1,
    project: root,
    cwd: root,
    profile: "claude",
    revision: "0123456789ab",
    route: { handler: "claude", model: "opus" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 9 },
    onModelMismatch: "warn",
    prompt: "do it",
    origins: {},
    ...more,
  };
  const ended = columns.status === undefined || columns.status === "ended";
  execute(
    graph,
    query.insertInto("run").values({
      id,
      task,
      role: plan.role,
      status: "ended",
      attempt: plan.attempt,
      profile: plan.profile,
      revision: plan.revision,
      route: routeText(plan.route),
      service: "s-1",
      lease_until: "2026-11-23T13:05:31.000Z",
      claimed_at: "2026-11-23T13:05:00.000Z",
      started_at: "2026-11-23T13:05:01.000Z",
      identity: plan.identity?.hash ?? null,
      plan: JSON.stringify(plan),
      ...(ended && {
        ended_at: "2026-11-23T13:09:11.000Z",
        outcome: "done",
        summary: "",
        input_tokens: 12_345,
        output_tokens: 456,
        cached_tokens: 0,
        cost_usd: 0.0123,
        cost_source: "reported",
        turns: 3,
        served_models: '["claude-opus-5-5"]',
        served_by: "answered",
        denials: 0,
      }),
      ...columns,
    }),
  );
}
