// The command line of Claude Code for a plan: everything that decides what runs is said, nothing secret is.
import { isAsking, type Permissions } from "../base/role.ts";
import type { Plan } from "../graph/plan.ts";
import { claudeServers, claudeServerTools } from "./mcp-server.ts";

/**
 * The arguments after `claude`. The prompt goes to stdin; `settingsFile` is what `--settings` names, `preamble` is added to
 * what Claude is told first.
 */
export function claudeArguments(
  plan: Pick<Plan, "role" | "route" | "limits" | "permissions" | "mcp" | "resume">,
  settingsFile: string,
  preamble?: string,
): string[] {
  return [
    "-p",
    ...["--output-format", "stream-json", "--verbose"],
    ...["--model", plan.route.model],
    ...["--settings", settingsFile],
    ...["--max-turns", String(plan.limits.maxTurns)],
    ...permissionArguments[plan.permissions],
    // Of what lies in folders, a file above its own among it, nothing tells a judge what to do.
    ...(isAsking(plan) ? ["--setting-sources", "user"] : []),
    ...(plan.mcp ? ["--mcp-config", JSON.stringify(claudeServers), "--allowedTools", claudeServerTools] : []),
    ...(preamble === undefined ? [] : ["--append-system-prompt", preamble]),
    ...(plan.resume === undefined ? [] : ["--resume", plan.resume]),
  ];
}

/** What each level means; docs/handlers.md says what it does not. */
const permissionArguments: Record<Permissions, readonly string[]> = {
  // Nothing that writes or runs is even offered; a tool of an MCP server might be either.
  "read-only": ["--permission-mode", "dontAsk", "--tools", "Read,Grep,Glob", "--strict-mcp-config"],
  // Edit and Write are not in the list: allowed by name they would reach beyond the working directory.
  workspace: ["--permission-mode", "acceptEdits", "--allowedTools", "Bash,Read,WebFetch,WebSearch"],
  full: ["--dangerously-skip-permissions"],
};

/** The prompt as stdin takes it: one that begins with a slash would be taken for a command of Claude's own. */
export function claudeInput(prompt: string): string {
  return prompt.startsWith("/") ? `\n${prompt}` : prompt;
}
