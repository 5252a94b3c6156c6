// Every key there is, declared once: what it holds, who may set it, and when a change is seen.
import { dimensions } from "../base/dimension.ts";
import { mergeModes } from "../base/merge-mode.ts";
import { permissionLevels, type Role, roles } from "../base/role.ts";
import { reviewPolicyType, shareType, weightType } from "./agency.ts";
import { endpointsKey, endpointsType } from "./endpoints.ts";
import { checkKnownName, checkModelName, checkTierName, checkVariableName } from "./names.ts";
import { dollarsType, ratesType } from "./rates.ts";
import { noticeKinds, noticeTemplates } from "./settings.ts";
import {
  choicesType,
  choiceType,
  countType,
  durationType,
  namesType,
  pinType,
  routeType,
  textType,
  type ValueType,
} from "./value.ts";
import { webhookType } from "./webhook.ts";

/** When a change of a key is seen, by whom it concerns. */
export type Effect = "next run" | "at once" | "next command";

/**
 * Where a key may stand: `bundle` in a profile and in every other layer, `general` in every layer but a profile, `profile`
 * there alone; `both` in every layer, where what a profile says holds for its own runs, beside what the others say.
 */
export type Scope = "bundle" | "general" | "profile" | "both";

export interface KeyDefinition {
  /** `agent.model`, or with placeholders `tiers.<tier>`. */
  key: string;
  scope: Scope;
  type: ValueType;
  default?: unknown;
  /** The variable that sets it; `<ROLE>` stands for one of `names`. */
  env?: string;
  effect: Effect;
  doc: string;
  /** What the placeholder may be, where that is a closed set. */
  names?: readonly string[];
  /** It can run something, send something or lift a limit: a project's file has it in force only once it is trusted. */
  needsTrust?: true;
}

/** Roles whose model is `models.<role>.model`; the worker's is `agent.model`, the dispatcher's `dispatcher.model`. */
const modelRoles: readonly Role[] = ["assigner", "evaluator", "flip", "chat"];
const pinnedHandlers = ["claude", "codex", "nex", "acp", "shell"];

/** In the order listings and documents show them. */
export const definitions: readonly KeyDefinition[] = [
  {
    key: "description",
    scope: "profile",
    type: textType,
    effect: "next command",
    doc: "What a profile is for, in one line.",
  },
  {
    key: "extends",
    scope: "profile",
    type: textType,
    effect: "next run",
    doc: 'What a profile leaves out comes from here: the name of another profile, or "base" for the settings of the config files.',
  },
  {
    key: "agent.model",
    scope: "bundle",
    type: routeType,
    default: "claude:opus",
    env: "WG_AGENT_MODEL",
    effect: "next run",
    doc: "The worker's route, and of every role that nothing else sets. Every profile has one.",
  },
  {
    key: "dispatcher.model",
    scope: "bundle",
    type: routeType,
    env: "WG_DISPATCHER_MODEL",
    effect: "next run",
    doc: "The dispatcher's route, and of assigner, evaluator and flip where nothing else sets theirs.",
  },
  {
    key: "tiers.<tier>",
    scope: "bundle",
    type: routeType,
    effect: "next run",
    doc: "The route of tasks added with `--tier`. `tiers.fast` also serves assigner, evaluator and flip.",
  },
  {
    key: "models.<role>.model",
    scope: "bundle",
    type: routeType,
    env: "WG_MODELS_<ROLE>_MODEL",
    names: modelRoles,
    effect: "next run",
    doc: "The route of one role: assigner, evaluator, flip or chat.",
  },
  {
    key: "models.<role>.endpoint",
    scope: "bundle",
    type: textType,
    names: roles,
    effect: "next run",
    doc: "The name of the endpoint one role uses, instead of the default one.",
  },
  {
    key: endpointsKey,
    scope: "bundle",
    type: endpointsType,
    needsTrust: true,
    effect: "next run",
    doc: "The model servers. Without one that fits, claude and codex use their own login. A list in a higher layer replaces a lower one whole.",
  },
  {
    key: "env.<NAME>",
    scope: "bundle",
    type: pinType,
    needsTrust: true,
    effect: "next run",
    doc: 'A variable pinned for every handler: text, or `{ ref = "env:NAME" }` for a secret. PATH, HOME, NODE_OPTIONS and what tells the loader (LD_PRELOAD and the like) change every program of a run, and are refused but as `{ value = "...", unsafe = true }`.',
  },
  {
    key: "handlers.<handler>.env.<NAME>",
    scope: "bundle",
    type: pinType,
    names: pinnedHandlers,
    needsTrust: true,
    effect: "next run",
    doc: "A variable pinned for one handler: claude, codex, nex, acp or shell. Beats `env.<NAME>`.",
  },
  {
    key: "fallback",
    scope: "bundle",
    type: namesType,
    env: "WG_FALLBACK",
    effect: "next run",
    doc: "Profiles to go on with, in this order, while what this one runs on has no quota left, turns its key away or cannot be reached. Each stands in as a whole; its own `fallback` does not count then.",
  },
  {
    key: "agent.permissions",
    scope: "general",
    type: choiceType(permissionLevels),
    default: "workspace",
    needsTrust: true,
    env: "WG_AGENT_PERMISSIONS",
    effect: "next run",
    doc: "What a run may do: `read-only` reads the working directory, `workspace` also writes in it and runs commands there, `full` has no limit.",
  },
  {
    key: "agent.mcp",
    scope: "general",
    type: choiceType(["auto", "off"]),
    default: "auto",
    env: "WG_AGENT_MCP",
    effect: "next run",
    doc: "`auto`: a claude or codex run that is read-only, and so cannot call `wg`, gets wg's tools over MCP to report by. `off`: none does.",
  },
  {
    key: "agent.timeout",
    scope: "general",
    type: durationType,
    default: "2h",
    env: "WG_AGENT_TIMEOUT",
    effect: "next run",
    doc: "The longest a run may take.",
  },
  {
    key: "agent.hang_after",
    scope: "general",
    type: durationType,
    default: "10m",
    env: "WG_AGENT_HANG_AFTER",
    effect: "next run",
    doc: "The longest a handler may be silent before its run counts as hung.",
  },
  {
    key: "agent.max_turns",
    scope: "general",
    type: countType(1, 10_000),
    default: 100,
    env: "WG_AGENT_MAX_TURNS",
    effect: "next run",
    doc: "How often a run may ask the model, where the handler can count it.",
  },
  {
    key: "agent.max_attempts",
    scope: "general",
    type: countType(1, 100),
    default: 3,
    env: "WG_AGENT_MAX_ATTEMPTS",
    effect: "at once",
    doc: "How often a task is tried when its runs are lost, or fail by what may pass (a server that is down, errs or hangs, a program that somebody killed), before it counts as failed. What a quota turns away does not count.",
  },
  {
    key: "service.max_agents",
    scope: "general",
    type: countType(1, 1000),
    default: 4,
    env: "WG_SERVICE_MAX_AGENTS",
    effect: "at once",
    doc: "How many runs one service has at a time.",
  },
  {
    key: "failover.probation",
    scope: "general",
    type: countType(0, 100),
    default: 3,
    env: "WG_FAILOVER_PROBATION",
    effect: "at once",
    doc: "How many runs after a switch are looked at: when they all fail by the same class before any work (spawn, auth, unreachable, bad-request), the service takes the switch back. 0: it never does.",
  },
  {
    key: "model_mismatch",
    scope: "general",
    type: choiceType(["warn", "fail"]),
    default: "warn",
    env: "WG_MODEL_MISMATCH",
    effect: "next run",
    doc: "What to do when a server answers with another model than the one asked for.",
  },
  {
    key: "budget.task",
    scope: "both",
    type: dollarsType,
    needsTrust: true,
    env: "WG_BUDGET_TASK",
    effect: "next run",
    doc: "What one task may cost in US dollars, all its attempts together. It then waits for `wg approve`. In a profile: what its runs on that profile may cost. See docs/usage.md.",
  },
  {
    key: "budget.day",
    scope: "both",
    type: dollarsType,
    needsTrust: true,
    env: "WG_BUDGET_DAY",
    effect: "next run",
    doc: "What the tasks of a project may cost from midnight to midnight, in US dollars. They then wait for the next day, or for `wg approve`. In a profile: what runs on that profile may cost.",
  },
  {
    key: "agency.assign",
    scope: "general",
    type: choiceType(["auto", "model", "off"]),
    default: "auto",
    env: "WG_AGENCY_ASSIGN",
    effect: "next run",
    doc: "Who chooses which identity does a task, where there are any (`wg agency init`): `auto` by the scores so far, `model` asks the assigner's route, `off` nobody. See docs/agency.md.",
  },
  {
    key: "agency.evaluate",
    scope: "general",
    type: reviewPolicyType,
    default: "tagged",
    env: "WG_AGENCY_EVALUATE",
    effect: "next run",
    doc: "Whose finished work an evaluator scores: `always`, `tagged` (tasks with the tag `evaluate`), `sample:0.2` (a share), `off`. A task with a gate of its own is always scored.",
  },
  {
    key: "agency.flip",
    scope: "general",
    type: reviewPolicyType,
    default: "tagged",
    env: "WG_AGENCY_FLIP",
    effect: "next run",
    doc: "Whose finished work is looked at without its task, to infer what was asked and compare: `always`, `tagged` (tasks with the tag `flip`), `sample:0.2`, `off`.",
  },
  {
    key: "agency.gate",
    scope: "general",
    type: shareType,
    env: "WG_AGENCY_GATE",
    effect: "next run",
    doc: "Work that is scored below this (0 to 1) is not done: its task is tried again with the evaluator's notes. It holds for every task that is scored; `wg add --gate` sets one for a task.",
  },
  {
    key: "agency.gate_attempts",
    scope: "general",
    type: countType(0, 20),
    default: 2,
    env: "WG_AGENCY_GATE_ATTEMPTS",
    effect: "next run",
    doc: "How often a gate sends a task back before it asks a person.",
  },
  {
    key: "agency.weights.<dimension>",
    scope: "general",
    type: weightType,
    names: dimensions,
    effect: "next run",
    doc: "How much a dimension counts in the total: only the ratios matter, and 0 leaves one out.",
  },
  {
    key: "prices.<model>",
    scope: "general",
    type: ratesType,
    needsTrust: true,
    effect: "next command",
    doc: 'What a model costs, in US dollars for a million tokens: `prices."gpt-5.5" = { input = 5, output = 30, cached = 0.5 }`. Without `cached`, input from a cache costs as much as any. Comes before the prices that wg knows itself (`wg usage --prices` lists those).',
  },
  {
    key: "worktrees",
    scope: "general",
    type: choiceType(["auto", "off"]),
    default: "auto",
    env: "WG_WORKTREES",
    effect: "next run",
    doc: "`auto`: in a git repository each task that may write works in a worktree and on a branch of its own. `off`: all work in the project's folder.",
  },
  {
    key: "merge",
    scope: "general",
    type: choiceType(mergeModes),
    default: "auto",
    env: "WG_MERGE",
    effect: "next run",
    doc: "What becomes of a task's branch when its work is done: `auto` merges it back, `manual` waits for `wg merge`, `pr-branch` keeps it for a review elsewhere.",
  },
  {
    key: "worktree_setup",
    scope: "general",
    type: textType,
    needsTrust: true,
    env: "WG_WORKTREE_SETUP",
    effect: "next run",
    doc: "A command that is run once in each fresh worktree, such as `npm ci`. Where it fails, the run does.",
  },
  {
    key: "notify.command",
    scope: "general",
    type: textType,
    needsTrust: true,
    effect: "at once",
    doc: "A shell command that the service runs for each notice: it gets the notice as JSON on its stdin, and `WG_EVENT`, `WG_TASK`, `WG_TITLE` and `WG_TEXT` in its environment.",
  },
  {
    key: "notify.webhook",
    scope: "general",
    type: webhookType,
    needsTrust: true,
    effect: "at once",
    doc: "Where the service posts each notice: an https url, or `env:NAME` and the like where the url is a secret itself.",
  },
  {
    key: "notify.events",
    scope: "general",
    type: choicesType(noticeKinds),
    default: [...noticeKinds],
    effect: "at once",
    doc: "What there are notices of: `done` and `failed` tasks, what `needs-you` (a task to merge, to approve, to look at, a switch that was taken back), a `failover`, a `budget` that is used up.",
  },
  {
    key: "notify.template",
    scope: "general",
    type: choiceType(noticeTemplates),
    default: "json",
    effect: "at once",
    doc: "What is posted: `json` (the whole notice), `slack` (a message for a Slack webhook) or `ntfy` (a push for a topic of ntfy).",
  },
  {
    key: "handlers.claude.command",
    scope: "general",
    type: textType,
    needsTrust: true,
    env: "WG_HANDLERS_CLAUDE_COMMAND",
    effect: "next run",
    doc: "The Claude Code program; without it `claude` is looked up on PATH.",
  },
  {
    key: "handlers.codex.command",
    scope: "general",
    type: textType,
    needsTrust: true,
    env: "WG_HANDLERS_CODEX_COMMAND",
    effect: "next run",
    doc: "The Codex program; without it `codex` is looked up on PATH.",
  },
];

const compiled = definitions.map((definition) => ({ definition, parts: definition.key.split(".") }));

/**
 * The definition of a key given by its parts, or undefined. A placeholder's name is checked: refuses with `bad-name`
 * for one that is malformed, unknown or not to be set.
 */
export function findDefinition(path: readonly string[]): KeyDefinition | undefined {
  const names = namesIn(path);
  const found = compiled.find(
    ({ parts }) => parts.length === names.length && parts.every((part, index) => fits(part, names[index])),
  );
  if (found === undefined) return undefined;
  for (const [index, part] of found.parts.entries()) {
    if (part.startsWith("<")) checkPlaceholder(part, names[index] ?? "", found.definition);
  }
  return found.definition;
}

/** True for a key of which what a profile says holds beside what the other layers say, not instead of it. */
export function holdsBeside(key: string): boolean {
  return findDefinition(key.split("."))?.scope === "both";
}

/** The path of a key whose text was split at its dots: the name of a model may have dots itself. */
export function namesIn(split: readonly string[]): readonly string[] {
  const [first, ...rest] = split;
  return first === "prices" && rest.length > 1 ? [first, rest.join(".")] : split;
}

/** True when keys can stand below this path: `["models", "evaluator"]`. */
export function isSection(path: readonly string[]): boolean {
  return compiled.some(
    ({ parts }) => parts.length > path.length && path.every((name, index) => fits(parts[index] ?? "", name)),
  );
}

/** Every key that can be named without inventing one: placeholders with a closed set filled in, others as they are. */
export function spelledKeys(): string[] {
  return definitions.flatMap(({ key, names }) =>
    names === undefined ? [key] : names.map((name) => key.replace(/<role>|<handler>|<dimension>/, name)),
  );
}

let variables: ReadonlyMap<string, string> | undefined;

/** The variables that set keys, `WG_AGENT_MODEL` -> `agent.model`. */
export function variableKeys(): ReadonlyMap<string, string> {
  variables ??= findVariables();
  return variables;
}

function findVariables(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, env, names } of definitions) {
    if (env === undefined) continue;
    for (const name of names ?? [""]) {
      found.set(env.replace("<ROLE>", name.toUpperCase()), key.replace("<role>", name));
    }
  }
  return found;
}

function fits(part: string, name: string | undefined): boolean {
  return part === name || (part.startsWith("<") && name !== undefined);
}

function checkPlaceholder(part: string, name: string, { names }: KeyDefinition): void {
  if (part === "<tier>") checkTierName(name);
  else if (part === "<model>") checkModelName(name);
  else if (part === "<NAME>") checkVariableName(name);
  else checkKnownName(name, names ?? [], part.slice(1, -1));
}
