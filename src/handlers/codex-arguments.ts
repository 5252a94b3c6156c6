// The command line of Codex for a plan: everything that decides what runs is said, nothing secret is.
import * as path from "node:path";
import { requestUrl } from "../base/endpoint.ts";
import { isAsking } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import { endpointKeyName } from "./environment.ts";
import { codexServerArguments } from "./mcp-server.ts";
import { runMarker } from "./sweep.ts";

/** Longest silence within an answer that Codex itself bears. */
const maxIdleMs = 300_000;

/** What of a plan the command line is made of. */
type CodexPlan = Pick<
  Plan,
  | "run"
  | "role"
  | "task"
  | "chat"
  | "project"
  | "cwd"
  | "route"
  | "endpoint"
  | "permissions"
  | "mcp"
  | "limits"
  | "resume"
>;

/** The arguments after `codex`. The prompt goes to stdin; `preamble` is added to what Codex is told first. */
export function codexArguments(plan: CodexPlan, preamble?: string): string[] {
  return [
    "exec",
    "--json",
    "--skip-git-repo-check",
    ...permissionArguments(plan),
    // No calls to other hosts than the model's, no waiting for a network for ever.
    ...["--disable", "plugins", "--disable", "unbounded_connection_retries"],
    ...set("analytics.enabled", false),
    // What sub-agents use is missing from the usage that Codex tells.
    ...set("agents.enabled", false),
    // A login shell reads /etc/profile, which throws the run's own `wg` off PATH.
    ...set("allow_login_shell", false),
    // Names with KEY, SECRET or TOKEN in them do not reach the commands the agent runs.
    ...set("shell_environment_policy.ignore_default_excludes", false),
    ...runVariables(plan),
    // Of what lies in folders, one above its own among them, nothing tells a judge what to do.
    ...(isAsking(plan) ? set("project_doc_max_bytes", 0) : []),
    ...(preamble === undefined ? [] : set("developer_instructions", preamble)),
    ...providerArguments(plan),
    ...(plan.mcp ? codexServerArguments : []),
    ...["-m", plan.route.model],
    ...(plan.resume === undefined ? [] : ["resume", plan.resume]),
    "-",
  ];
}

/** What each level means; docs/handlers.md says what it does not. */
function permissionArguments(plan: CodexPlan): string[] {
  if (plan.permissions === "full") return ["--dangerously-bypass-approvals-and-sandbox"];
  if (plan.permissions === "read-only") return ["-s", "read-only"];
  const graph = graphOutside(plan);
  return ["-s", "workspace-write", ...(graph === undefined ? [] : ["--add-dir", graph])];
}

/** Where the graph is, which the agent works through `wg`, when it stands outside its working directory. */
export function graphOutside({ cwd, project }: Pick<Plan, "cwd" | "project">): string | undefined {
  if (project === "") return undefined;
  const own = path.join(project, ".wg");
  return path.relative(cwd, own).startsWith("..") ? own : undefined;
}

/** What the plan says to the commands of an agent, said again where a user's own policy might keep it out. */
export function runVariables({
  run,
  task,
  chat,
  route,
  project,
}: Pick<CodexPlan, "run" | "task" | "chat" | "route" | "project">): string[] {
  const variables: Record<string, string> = {
    ...(chat === undefined ? { WG_RUN: run, WG_TASK: task } : { WG_CHAT: chat }),
    WG_MODEL: routeText(route),
    ...(project !== "" && { WG_PROJECT: project }),
    [runMarker]: run,
  };
  return Object.entries(variables).flatMap(([name, value]) =>
    set(`shell_environment_policy.set.${name}`, value),
  );
}

/** The planned endpoint as a provider of its own; without one the user's own login and provider are used. */
export function providerArguments({ endpoint, limits }: Pick<CodexPlan, "endpoint" | "limits">): string[] {
  if (endpoint === undefined) return [];
  const fields = {
    name: "wg",
    base_url: requestUrl(endpoint),
    ...(endpoint.keyRef !== undefined && { env_key: endpointKeyName }),
    wire_api: "responses",
    request_max_retries: 2,
    stream_max_retries: 2,
    stream_idle_timeout_ms: Math.min(limits.hangAfterMs, maxIdleMs),
  };
  const table = Object.entries(fields).map(([name, value]) => `${name}=${tomlValue(value)}`);
  return ["-c", `model_providers.wg={${table.join(",")}}`, ...set("model_provider", "wg")];
}

/** A setting of Codex as an argument: `-c key=value`. */
export function set(key: string, value: string | number | boolean): string[] {
  return ["-c", `${key}=${tomlValue(value)}`];
}

// A JSON string is a TOML basic string, but for one control character that JSON leaves as it is.
function tomlValue(value: string | number | boolean): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
