// A chat in the terminal of a CLI: its own screen and keys, and everything that decides what runs said by arguments.
import type { Permissions } from "../base/role.ts";
import type { Plan } from "../graph/plan.ts";
import { graphOutside, runVariables, set } from "./codex-arguments.ts";

/** A session that is begun, with an id where the CLI takes one, or gone on with. */
export type TerminalSession = { kind: "new"; id?: string } | { kind: "resume"; id: string };

type TerminalPlan = Pick<Plan, "run" | "task" | "chat" | "project" | "cwd" | "route" | "permissions">;

/** What the arguments of a session (`sessionOf`) are followed by. The levels ask where a run would turn down. */
export function terminalArguments(plan: TerminalPlan, session: TerminalSession, preamble: string): string[] {
  return plan.route.handler === "codex"
    ? codexTerminal(plan, session, preamble)
    : claudeTerminal(plan, session, preamble);
}

const claudePermissions: Record<Permissions, readonly string[]> = {
  "read-only": ["--permission-mode", "plan"],
  workspace: ["--permission-mode", "acceptEdits"],
  full: ["--dangerously-skip-permissions"],
};

function claudeTerminal(
  { permissions }: Pick<Plan, "permissions">,
  session: TerminalSession,
  preamble: string,
): string[] {
  const word = session.kind === "resume" ? "--resume" : "--session-id";
  return [
    ...claudePermissions[permissions],
    ...["--append-system-prompt", preamble],
    ...(session.id === undefined ? [] : [word, session.id]),
  ];
}

const codexPermissions: Record<Permissions, [sandbox: string, approval: string]> = {
  "read-only": ["read-only", "on-request"],
  workspace: ["workspace-write", "on-request"],
  full: ["danger-full-access", "never"],
};

function codexTerminal(plan: TerminalPlan, session: TerminalSession, preamble: string): string[] {
  const [sandbox, approval] = codexPermissions[plan.permissions];
  const graph = graphOutside(plan);
  return [
    ...set("sandbox_mode", sandbox),
    ...set("approval_policy", approval),
    ...(graph === undefined
      ? []
      : ["-c", `sandbox_workspace_write.writable_roots=[${JSON.stringify(graph)}]`]),
    // A login shell reads /etc/profile, which throws the chat's own `wg` off PATH.
    ...set("allow_login_shell", false),
    ...runVariables(plan),
    ...set("developer_instructions", preamble),
    ...(session.kind === "resume" ? ["resume", session.id] : []),
  ];
}
