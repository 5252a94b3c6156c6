// wg never writes another tool's files: a populated ~/.claude and ~/.codex are the same after every verb.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, expect, it } from "vitest";
import { makePlace, type Place } from "./support/wg.ts";

let place: Place;

afterEach(async () => {
  await place.wg("service", "stop", "--kill-agents");
  place.remove();
});

it("no verb touches ~/.claude, ~/.claude.json or ~/.codex", async () => {
  place = makePlace({ EDITOR: "true" });
  const own = populate(place.home);
  const before = hashOf(own);
  for (const line of everyVerb) {
    const ended = await place.wg(...line.split(" "));
    expect(ended.status, `wg ${line}: ${ended.stderr}`).not.toBe(70);
    expect(hashOf(own), `after wg ${line}`).toBe(before);
  }
}, 240_000);

it("the list above has every command that help shows", async () => {
  place = makePlace();
  const help = (await place.wg("--help")).stdout;
  const shown = [...help.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name);
  const tried = new Set(everyVerb.map((line) => line.split(" ")[0]));
  expect(shown.length).toBeGreaterThan(10);
  // Those go on until they are told to end.
  const endless = new Set<string | undefined>(["simulate", "watch"]);
  expect(shown.filter((name) => !tried.has(name) && !endless.has(name))).toEqual([]);
});

const everyVerb = [
  "init",
  "setup --json",
  "preset list",
  "profile list",
  "profile show",
  "profile show claude --show-origin",
  "profile create mine -m claude:opus --tier fast=claude:haiku --env claude.FOO=bar",
  "profile set mine agent.model codex:gpt-5.5",
  "profile set mine description words",
  "profile unset mine description",
  "profile use mine --no-check",
  "profile current",
  "profile edit mine",
  "profile diff claude codex",
  "profile use - --no-check",
  "profile use codex --no-check",
  "profile undo --no-check",
  "profile check --all --json",
  "profile use codex --dry-run",
  "profile history",
  "profile compare claude codex",
  "profile use --clear",
  "profile delete mine --force",
  "profile init-starters --force",
  "config show --effective --show-origin",
  "config get agent.model",
  "config set agent.max_turns 7",
  "config unset agent.max_turns",
  "config -m claude:sonnet",
  "add work --exec true --id work",
  "add more --after work --exec false --id more",
  "add rest --after more --id rest --model claude:opus",
  "plan goal",
  "nex --profile claude",
  "list",
  "ready",
  "show work",
  "edit rest --priority 3",
  "log work hello",
  "log work",
  "msg rest hello",
  "artifact work notes.txt",
  "service start --max-agents 1",
  "service status",
  "status",
  "blocked",
  "why-blocked rest",
  "notify test",
  "service reload",
  "why work",
  "usage",
  "failover list",
  "failover clear",
  "failover drill codex",
  "logs work",
  "logs more -f",
  "runs",
  "eval list",
  "eval show a",
  "kill --task rest",
  "fail rest --reason because",
  "rm rest",
  "retry more",
  "approve more --budget 1",
  "abandon more",
  "merge more",
  "evaluate work --profile claude",
  "task rerun work --profile claude",
  "gc --runs-older-than 1",
  "done work",
  "completion bash",
  "quickstart",
  // Install and uninstall write there, since that is what they are asked for: test/skill.test.ts holds them to it.
  "skill show --claude",
  "skill show --codex",
  "mcp --config claude",
  "mcp --config codex",
  "export",
  "import -",
  "profile check codex",
  "profile lint --all",
  "profile copy codex copied",
  "profile rename copied renamed",
  "profile env codex --shell bash",
  "profile run codex -- true",
  "agency init",
  "agency list",
  "agent list",
  "agent create mine --role builder --tradeoff swift",
  "agent edit mine --tradeoff careful",
  "agent edit mine",
  "agent show mine",
  "agent lineage mine",
  "agent rm mine",
  "chat new --profile codex",
  "chat new --profile codex --identity builder",
  "chat list --all",
  "chat show nope",
  "service logs",
  "service stop --kill-agents",
];

function populate(home: string): string[] {
  const files: Record<string, string> = {
    ".claude/settings.json": '{ "env": { "ANTHROPIC_MODEL": "sonnet" }, "hooks": {} }\n',
    ".claude/CLAUDE.md": "# mine\n",
    ".claude/projects/x/session.jsonl": "{}\n",
    ".claude.json": '{ "hasCompletedOnboarding": true }\n',
    ".codex/config.toml": '# mine\nmodel = "gpt-5.5"\n',
    ".codex/auth.json": "{}\n",
    ".codex/fast.config.toml": 'model = "gpt-5.4-mini"\n',
  };
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    fs.writeFileSync(path.join(home, file), text);
  }
  return [".claude", ".claude.json", ".codex"].map((name) => path.join(home, name));
}

/** One hash over names, modes, times of change and contents. */
function hashOf(roots: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (file: string) => {
    const stat = fs.lstatSync(file);
    hash.update(`${file} ${stat.mode} ${stat.mtimeMs}\n`);
    if (!stat.isDirectory()) return void hash.update(fs.readFileSync(file));
    for (const name of fs.readdirSync(file).sort()) add(path.join(file, name));
  };
  for (const root of roots) add(root);
  return hash.digest("hex");
}
