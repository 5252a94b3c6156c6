// Who does a task: chosen by scores, by a model or by a person, and never in the way of the work.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { agencyOf } from "../config/agency.ts";
import type { Settings } from "../config/settings.ts";
import { assignByHand, assignmentOf, assignTask } from "../graph/assignment.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { addTask, type Task } from "../graph/task.ts";
import { readIdentities } from "../identity/read.ts";
import { writeStarterAgency } from "../identity/starters.ts";
import { keepVersion } from "../identity/versions.ts";
import { assignedTo, lowerOf, noteAssignment } from "./assign.ts";
import type { Context } from "./context.ts";

const now = new Date("2026-11-23T12:00:00Z");
let root: string;
let graph: Graph;
let context: Context;
let told: string[];
let task: Task;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-assign-")));
  const project = projectAt(path.join(root, "p"));
  graph = createGraph(project);
  told = [];
  const where = { home: homeOf({ WG_HOME: path.join(root, "home") }), project, env: {} };
  const tell = (sentence: string) => told.push(sentence);
  context = { graph, where, project, tell, now: () => now } as unknown as Context; // What assigning looks at.
  task = addTask(graph, { title: "Write the guide", tags: ["docs"] }, now);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true, force: true });
});

function settings(assign: "auto" | "model" | "off"): Settings {
  const agency = agencyOf((key) => (key === "agency.assign" ? assign : undefined));
  const bundle = { tiers: { fast: { handler: "codex", model: "mini" } } };
  return { bundle, general: { agency, agent: { permissions: "workspace" } } } as unknown as Settings;
}

const withAgents = () => writeStarterAgency(context.where, "project");
const identityNamed = (name: string) => {
  const found = readIdentities(context.where).identities.find((identity) => identity.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  keepVersion(context.where, found, "use", now);
  return found;
};

it("is nobody in particular where there are no agents, where it is off, and for a command", () => {
  expect(assignedTo(context, task, settings("auto"))).toEqual({ kind: "settled" });
  withAgents();
  expect(assignedTo(context, task, settings("off"))).toEqual({ kind: "settled" });
  const command = addTask(graph, { title: "Build", exec: "make" }, now);
  expect(assignedTo(context, command, settings("model"))).toEqual({ kind: "settled" });
});

it("is chosen by the tags where nothing was scored, written down with the first claim, and stays", () => {
  withAgents();
  const first = assignedTo(context, task, settings("auto"));
  if (first.kind !== "settled") throw new Error("a model is asked");
  expect(first).toMatchObject({ assignment: { name: "writer", by: "auto" }, identity: { name: "writer" } });
  expect(first.identity?.text).toContain("in the order in which they need it");
  expect(assignmentOf(graph, task.id)).toBeUndefined();
  noteAssignment(context, first.assignment);
  expect(assignmentOf(graph, task.id)).toMatchObject({ name: "writer", by: "auto" });
  fs.rmSync(path.join(context.project.folder, "agency"), { recursive: true });
  expect(assignedTo(context, task, settings("auto"))).toMatchObject({ identity: first.identity });
});

it("is asked of a model that may choose among all of them, a tier that is open, and no more rights than there are", () => {
  withAgents();
  const asked = assignedTo(context, task, settings("model"));
  if (asked.kind !== "ask") throw new Error("nobody is asked");
  expect(asked.assigning.candidates.map(({ name }) => name)).toContain("reviewer");
  expect(asked.assigning).toMatchObject({ tiers: ["fast"], permissions: ["read-only", "workspace"] });
  const own = addTask(graph, { title: "Own", tier: "fast" }, now);
  expect(assignedTo(context, own, settings("model"))).toMatchObject({ assigning: { tiers: [] } });
});

it("is who a person named, whatever the settings say", () => {
  withAgents();
  assignByHand(graph, task.id, identityNamed("reviewer"), now);
  for (const assign of ["off", "auto", "model"] as const) {
    expect(assignedTo(context, task, settings(assign))).toMatchObject({ identity: { name: "reviewer" } });
  }
});

it("is nobody in particular, and says so, once what the identity said is not kept any more", () => {
  assignTask(
    graph,
    { task: task.id, identity: "0".repeat(64), name: "gone", by: "auto", reason: "best" },
    now,
  );
  const found = assignedTo(context, task, settings("auto"));
  expect(found).toMatchObject({ kind: "settled", assignment: { name: "gone" } });
  expect(found).not.toHaveProperty("identity");
  expect(told).toEqual([expect.stringContaining("gone (000000000000) is not kept")]);
});

it("never has more rights than the settings give", () => {
  expect(lowerOf("workspace", undefined)).toBe("workspace");
  expect(lowerOf("workspace", "full")).toBe("workspace");
  expect(lowerOf("full", "read-only")).toBe("read-only");
});
