// The exact command line of Codex, level by level.
import { expect, it } from "vitest";
import { codexArguments } from "./codex-arguments.ts";

const plan = {
  run: "r-1",
  role: "worker" as const,
  task: "fix-it",
  project: "/p",
  cwd: "/p",
  route: { handler: "codex" as const, model: "gpt-5.5" },
  permissions: "workspace" as const,
  limits: { timeoutMs: 60_000, hangAfterMs: 30_000, maxTurns: 20 },
};
const start = ["exec", "--json", "--skip-git-repo-check"];
const shared = [
  ...["--disable", "plugins", "--disable", "unbounded_connection_retries"],
  ...["-c", "analytics.enabled=false", "-c", "agents.enabled=false", "-c", "allow_login_shell=false"],
  ...["-c", "shell_environment_policy.ignore_default_excludes=false"],
  ...[
    "-c",
    'shell_environment_policy.set.WG_RUN="r-1"',
    "-c",
    'shell_environment_policy.set.WG_TASK="fix-it"',
  ],
  ...["-c", 'shell_environment_policy.set.WG_MODEL="codex:gpt-5.5"'],
  ...["-c", 'shell_environment_policy.set.WG_PROJECT="/p"'],
  ...["-c", 'shell_environment_policy.set.WG_RUN_ID="r-1"'],
];
const model = ["-m", "gpt-5.5"];

it("a workspace run writes in its directory alone, on the user's own login", () => {
  expect(codexArguments(plan)).toEqual([...start, "-s", "workspace-write", ...shared, ...model, "-"]);
});

it("a read-only run writes nothing", () => {
  const args = codexArguments({ ...plan, permissions: "read-only" });
  expect(args).toEqual([...start, "-s", "read-only", ...shared, ...model, "-"]);
});

it("a judge reads no instructions that lie in folders", () => {
  for (const role of ["evaluator", "flip", "assigner"] as const) {
    const args = codexArguments({ ...plan, role, permissions: "read-only" });
    expect(args).toEqual([
      ...[...start, "-s", "read-only", ...shared, "-c", "project_doc_max_bytes=0", ...model, "-"],
    ]);
  }
});

it("a run that can write nothing reports by wg's own tools, whose server gets its token by name alone", () => {
  const args = codexArguments({ ...plan, permissions: "read-only", mcp: true });
  const server = args[args.indexOf("-m") - 1];
  expect(server).toBe(
    'mcp_servers.wg={command = "wg", args = ["mcp"], env_vars = ["WG_CHAT", "WG_HOME", "WG_PROJECT", "WG_RUN", "WG_RUN_ID", "WG_TOKEN"]}',
  );
});

it("a full run has no sandbox, and a resumed one still names its model", () => {
  const args = codexArguments({
    ...plan,
    permissions: "full",
    resume: "0190a0a0-0000-7000-8000-000000000001",
  });
  const resume = ["resume", "0190a0a0-0000-7000-8000-000000000001"];
  expect(args).toEqual([
    ...start,
    "--dangerously-bypass-approvals-and-sandbox",
    ...shared,
    ...model,
    ...resume,
    "-",
  ]);
});

it("a project outside the working directory can be reported to", () => {
  const args = codexArguments({ ...plan, cwd: "/elsewhere" });
  expect(args.slice(3, 7)).toEqual(["-s", "workspace-write", "--add-dir", "/p/.wg"]);
  expect(codexArguments({ ...plan, cwd: "/p/deeper" })).toContain("/p/.wg");
});

it("a turn of a chat outside of a project names its chat alone, and what the agent is told first", () => {
  const args = codexArguments({ ...plan, task: "", project: "", chat: "c-abcde" }, 'say "wg"\nfirst');
  const set = args.filter((word) => word.startsWith("shell_environment_policy.set."));
  expect(set).toEqual([
    'shell_environment_policy.set.WG_CHAT="c-abcde"',
    'shell_environment_policy.set.WG_MODEL="codex:gpt-5.5"',
    'shell_environment_policy.set.WG_RUN_ID="r-1"',
  ]);
  expect(args).toContain('developer_instructions="say \\"wg\\"\\nfirst"');
  expect(args).not.toContain("--add-dir");
});

it("a planned endpoint becomes a provider of its own, its key named and not given", () => {
  const endpoint = { name: "e", provider: "openai" as const, url: "http://127.0.0.1:8088" };
  const table = (key: string) =>
    `model_providers.wg={name="wg",base_url="http://127.0.0.1:8088/v1",${key}wire_api="responses",request_max_retries=2,stream_max_retries=2,stream_idle_timeout_ms=30000}`;
  const keyed = codexArguments({ ...plan, endpoint: { ...endpoint, keyRef: "env:SOME_KEY" } });
  expect(keyed).toContain(table('env_key="WG_ENDPOINT_KEY",'));
  expect(keyed).toContain('model_provider="wg"');
  expect(codexArguments({ ...plan, endpoint })).toContain(table(""));
});

it("a path with quotes and control characters stays one TOML string", () => {
  const args = codexArguments({ ...plan, project: '/p "q"\n\u007f', cwd: '/p "q"\n\u007f' });
  expect(args).toContain('shell_environment_policy.set.WG_PROJECT="/p \\"q\\"\\n\\u007f"');
});
