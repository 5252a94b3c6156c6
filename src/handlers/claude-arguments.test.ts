// The exact command line of Claude Code, level by level.
import { expect, it } from "vitest";
import { claudeArguments, claudeInput } from "./claude-arguments.ts";

const plan = {
  role: "worker" as const,
  route: { handler: "claude" as const, model: "opus" },
  limits: { timeoutMs: 60_000, hangAfterMs: 30_000, maxTurns: 20 },
  permissions: "workspace" as const,
};
const shared = ["-p", "--output-format", "stream-json", "--verbose", "--model", "opus"];
const bounds = ["--settings", "/run/s.json", "--max-turns", "20"];

it("a workspace run accepts edits in its directory and allows commands by name", () => {
  expect(claudeArguments(plan, "/run/s.json")).toEqual([
    ...shared,
    ...bounds,
    ...["--permission-mode", "acceptEdits", "--allowedTools", "Bash,Read,WebFetch,WebSearch"],
  ]);
});

it("a read-only run is not even offered a tool that writes or runs", () => {
  expect(claudeArguments({ ...plan, permissions: "read-only" }, "/run/s.json")).toEqual([
    ...shared,
    ...bounds,
    ...["--permission-mode", "dontAsk", "--tools", "Read,Grep,Glob", "--strict-mcp-config"],
  ]);
});

it("a judge reads no settings and no instructions that lie in folders", () => {
  for (const role of ["evaluator", "flip", "assigner"] as const) {
    const args = claudeArguments({ ...plan, role, permissions: "read-only" }, "/run/s.json");
    expect(args.slice(-2)).toEqual(["--setting-sources", "user"]);
  }
});

it("a run without commands reports by wg's own tools, and by no others", () => {
  const args = claudeArguments({ ...plan, permissions: "read-only", mcp: true }, "/run/s.json");
  const config = '{"mcpServers":{"wg":{"command":"wg","args":["mcp"]}}}';
  expect(args.slice(-5)).toEqual([
    "--strict-mcp-config",
    "--mcp-config",
    config,
    "--allowedTools",
    "mcp__wg",
  ]);
});

it("a resumed run still names its model, and a full one skips every question", () => {
  const resumed = { ...plan, permissions: "full" as const, resume: "0190a0a0-0000-4000-8000-000000000001" };
  expect(claudeArguments(resumed, "/run/s.json")).toEqual([
    ...shared,
    ...bounds,
    "--dangerously-skip-permissions",
    ...["--resume", "0190a0a0-0000-4000-8000-000000000001"],
  ]);
});

it("what the agent is told first comes on top of what Claude is told", () => {
  expect(claudeArguments(plan, "/run/s.json", "You chat.").slice(-2)).toEqual([
    "--append-system-prompt",
    "You chat.",
  ]);
});

it("a prompt that begins with a slash is no command of Claude's", () => {
  expect(claudeInput("/etc/hosts is broken")).toBe("\n/etc/hosts is broken");
  expect(claudeInput("fix /etc/hosts")).toBe("fix /etc/hosts");
});
