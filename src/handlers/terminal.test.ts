// The exact arguments of a native terminal, level by level.
import { expect, it } from "vitest";
import { declinedMigration } from "./codex-migration.ts";
import { terminalArguments } from "./terminal.ts";

const plan = (handler: "claude" | "codex", permissions: "read-only" | "workspace" | "full") => ({
  run: "t-1",
  task: "",
  chat: "c-abcde",
  project: "/p",
  cwd: "/p",
  route: { handler, model: "m" },
  permissions,
});

it.each([
  ["read-only", ["--permission-mode", "plan"]],
  ["workspace", ["--permission-mode", "acceptEdits"]],
  ["full", ["--dangerously-skip-permissions"]],
] as const)("claude asks where %s turns down", (level, words) => {
  expect(terminalArguments(plan("claude", level), { kind: "new", id: "u" }, "You chat.")).toEqual([
    ...words,
    ...["--append-system-prompt", "You chat."],
    ...["--session-id", "u"],
  ]);
});

it("claude goes on with a session", () => {
  expect(terminalArguments(plan("claude", "full"), { kind: "resume", id: "u" }, "You chat.")).toEqual([
    "--dangerously-skip-permissions",
    ...["--append-system-prompt", "You chat."],
    ...["--resume", "u"],
  ]);
});

it.each([
  ["read-only", "read-only", "on-request"],
  ["workspace", "workspace-write", "on-request"],
  ["full", "danger-full-access", "never"],
] as const)("codex asks where %s turns down", (level, sandbox, approval) => {
  const args = terminalArguments(plan("codex", level), { kind: "new" }, "You chat.");
  expect(args).toEqual(
    expect.arrayContaining([`sandbox_mode="${sandbox}"`, `approval_policy="${approval}"`]),
  );
  expect(args).toContain('shell_environment_policy.set.WG_CHAT="c-abcde"');
  expect(args.at(-1)).not.toBe("resume");
});

it("codex may write to a graph that stands outside its folder", () => {
  const args = (cwd: string) =>
    terminalArguments({ ...plan("codex", "workspace"), cwd }, { kind: "new" }, "You chat.").join(" ");
  expect(args("/p/deeper")).toContain('sandbox_workspace_write.writable_roots=["/p/.wg"]');
  expect(args("/p")).not.toContain("writable_roots");
});

it("codex goes on with a session after all else", () => {
  const args = terminalArguments(plan("codex", "full"), { kind: "resume", id: "u" }, "You chat.");
  expect(args).toContain('developer_instructions="You chat."');
  expect(args.slice(-2)).toEqual(["resume", "u"]);
});

it("a program that lists no models is asked for nothing", () => {
  expect(declinedMigration("/bin/false", "gpt-5.5", {})).toEqual([]);
  expect(declinedMigration("/bin/echo", "gpt-5.5", {})).toEqual([]);
  expect(declinedMigration("/no/such/program", "gpt-5.5", {})).toEqual([]);
});
