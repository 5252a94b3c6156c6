// Who does a task: the identity it was assigned, or one that is chosen for it now.
import type { Permissions } from "../base/role.ts";
import { permissionLevels } from "../base/role.ts";
import type { Settings } from "../config/settings.ts";
import { type Assignment, assignmentOf, assignTask } from "../graph/assignment.ts";
import { identityTallies } from "../graph/identity-tally.ts";
import { addLog } from "../graph/log.ts";
import type { PlannedAssigning, PlannedIdentity } from "../graph/plan.ts";
import type { Task } from "../graph/task.ts";
import { chooseIdentity } from "../identity/choose.ts";
import type { Identity } from "../identity/identity.ts";
import { readIdentities } from "../identity/read.ts";
import { renderIdentity } from "../identity/render.ts";
import { findContent, keepVersion } from "../identity/versions.ts";
import type { Context } from "./context.ts";

/** Who a worker is told to be and what was decided with that; or that a model is to be asked first. */
export type Assigned =
  | { kind: "settled"; identity?: PlannedIdentity; assignment?: Assignment }
  | { kind: "ask"; assigning: PlannedAssigning };

/**
 * Looks up, or chooses, who does a task. Nothing that is wrong with files keeps the task from being done: it is told, and
 * done by nobody in particular.
 */
export function assignedTo(context: Context, task: Task, settings: Settings): Assigned {
  const { graph, where, tell } = context;
  if (task.exec !== undefined) return { kind: "settled" };
  const { assign } = settings.general.agency;
  const before = assignmentOf(graph, task.id);
  if (assign === "off" && before?.by !== "person") return { kind: "settled" };
  if (before !== undefined) return settled(context, before);
  const { identities, problems } = readIdentities(where);
  for (const { message, at } of problems) tell(at === undefined ? message : `${at.path}: ${message}`);
  if (identities.length === 0) return { kind: "settled" };
  if (assign === "model") return { kind: "ask", assigning: assigningOf(context, task, settings, identities) };
  const choice = chooseIdentity(identities, identityTallies(graph), task);
  const chosen = identities.find(({ hash }) => hash === choice?.hash);
  if (choice === undefined || chosen === undefined) return { kind: "settled" };
  keep(context, chosen);
  const { hash, name, reason } = choice;
  const assignment: Assignment = {
    task: task.id,
    identity: hash,
    name,
    by: "auto",
    reason,
    at: context.now().toISOString(),
  };
  return settled(context, assignment);
}

/** Writes down who does a task, with the claim of its first run. */
export function noteAssignment({ graph, now }: Context, assignment: Assignment | undefined): void {
  if (assignment === undefined || assignmentOf(graph, assignment.task) !== undefined) return;
  const { task, name, reason } = assignment;
  assignTask(graph, assignment, now());
  addLog(
    graph,
    task,
    { by: "wg", message: `assigned to ${name ?? "nobody in particular"}: ${reason}` },
    now(),
  );
}

/** The lower of what settings and an assignment allow: nobody is given more than settings give. */
export function lowerOf(settings: Permissions, assigned: Permissions | undefined): Permissions {
  if (assigned === undefined) return settings;
  return permissionLevels.indexOf(assigned) < permissionLevels.indexOf(settings) ? assigned : settings;
}

function settled({ where, tell }: Context, assignment: Assignment): Assigned {
  const { identity: hash, name = "" } = assignment;
  if (hash === undefined) return { kind: "settled", assignment };
  const content = findContent(where, hash);
  if (content === undefined) {
    tell(
      `the identity ${name} (${hash.slice(0, 12)}) is not kept any more: its tasks are done by nobody in particular`,
    );
    return { kind: "settled", assignment };
  }
  return { kind: "settled", assignment, identity: { hash, name, text: renderIdentity(content) } };
}

/** Every identity that may be chosen, and what the task leaves open. */
function assigningOf(
  context: Context,
  task: Task,
  { bundle, general }: Settings,
  identities: readonly Identity[],
): PlannedAssigning {
  const tallies = identityTallies(context.graph);
  for (const identity of identities) keep(context, identity);
  const candidates = identities.map((identity) => {
    const { n, mean } = tallies.get(identity.hash) ?? { n: 0, mean: 0 };
    const { hash, name } = identity;
    return { hash, name, about: aboutText(identity), runs: n, ...(n > 0 && { mean }) };
  });
  const isOpen = task.model === undefined && task.tier === undefined;
  const highest = permissionLevels.indexOf(general.agent.permissions);
  return {
    candidates,
    tiers: isOpen ? Object.keys(bundle.tiers) : [],
    permissions: permissionLevels.slice(0, highest + 1),
  };
}

function aboutText({ role, tradeoff }: Identity): string {
  const skills = role.skills.length === 0 ? "" : ` Skills: ${role.skills.join(", ")}.`;
  const first = tradeoff.first.length === 0 ? "" : ` Puts first: ${tradeoff.first.join("; ")}.`;
  return `${role.description}${skills}${first}`.replace(/\s+/g, " ").slice(0, 1000);
}

/** What an agent was told to be has to be there for as long as anybody asks. */
function keep({ where, now, tell }: Context, identity: Identity): void {
  const problem = keepVersion(where, identity, "use", now());
  if (problem !== undefined) tell(`identity ${identity.name} is not kept: ${problem.message}`);
}
