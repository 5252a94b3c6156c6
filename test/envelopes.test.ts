// What every verb prints for --json is what docs/schemas publishes, done or refused, to the last member.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../src/cli/commands.ts";
import type { Io } from "../src/cli/io.ts";
import { loadCommand } from "../src/cli/program.ts";
import { envelopes, schemaFile } from "../src/envelope/all.ts";
import { playHere } from "./support/here.ts";
import { makeRepositoryPlace } from "./support/repository.ts";
import { makePlace, type Place, program } from "./support/wg.ts";

const schemas = path.resolve(import.meta.dirname, "../docs/schemas");
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

let place: Place;
let simulator: { line: string; url: string; end(): Promise<void> };

beforeAll(async () => {
  place = makePlace({ EDITOR: "true", WGNEXT_KEY: "none" });
  simulator = await startSimulator();
  place.env["WG_SETUP_PORTS"] = new URL(simulator.url).port;
  await place.wg("profile", "init-starters");
  await place.wg("profile", "set", "wgnext", "endpoint", simulator.url);
  const theirs = path.join(place.project, ".wg", "profiles");
  fs.mkdirSync(theirs, { recursive: true });
  fs.writeFileSync(path.join(theirs, "team.toml"), '[agent]\nmodel = "claude:opus"\n[env]\nTEAM = "a"\n');
  fs.writeFileSync(path.join(place.project, "deep.config.toml"), 'model = "gpt-5.5"\n');
  fs.writeFileSync(
    path.join(place.project, "tasks.jsonl"),
    '{"kind":"task","id":"brought","title":"t","x":1}\n',
  );
});
afterAll(async () => {
  await place.wg("service", "stop", "--kill-agents");
  await simulator.end();
  place.remove();
});

it("every verb that takes --json has a published schema, and the other way round", async () => {
  const verbs = await jsonVerbs();
  expect(verbs.length).toBeGreaterThan(50);
  expect(
    Object.keys(envelopes)
      .filter((words) => !words.includes("--"))
      .sort(),
  ).toEqual(verbs.sort());
});

it("what a verb answers is as its schema says", async () => {
  const answered = new Set<string>();
  const check = (verb: string, line: string, text: string) => {
    expectValid(schemaFile(verb), text, line);
    answered.add(verb);
  };
  check("simulate", "wg simulate", simulator.line);
  for (const line of lines) {
    const words = typeof line === "string" ? line.split(" ") : line;
    const verb = verbOf(words);
    const { stdout, status, stderr } = await place.wg(...(await withRun(words)), "--json");
    expect(stdout, `wg ${line} (${status}) ${stderr}`).not.toMatch(/^\s*$|"error": \{/);
    for (const text of verb.endsWith("--follow") ? linesOf(stdout) : [stdout])
      check(verb, `wg ${line}`, text);
  }
  for (const text of linesOf(await followed("service", "logs", "--follow", "--json"))) {
    check("service logs --follow", "wg service logs", text);
  }
  let isOver = false;
  const watched = followed("watch", "--json").finally(() => {
    isOver = true;
  });
  // However long it takes to begin to watch, there is something to see then.
  for (let round = 0; !isOver && round < 100; round++) {
    await playHere(place, ["add", `watched ${round}`]);
    await playHere(place, ["rm", `watched-${round}`]);
    await sleep(100);
  }
  for (const text of linesOf(await watched)) check("watch", "wg watch", text);
  check("done", "wg done in its run", fs.readFileSync(path.join(place.project, "reported.json"), "utf8"));
  const { merged, repeated } = await inRepository();
  check("merge", "wg merge in a repository", merged);
  check("task rerun", "wg task rerun in a repository", repeated);
  expect(Object.keys(envelopes).filter((verb) => !answered.has(verb))).toEqual([]);
}, 240_000);

it("an option that no verb has is refused in JSON too, with 2 and nothing on stderr", async () => {
  const verbs = await jsonVerbs();
  for (const verb of verbs) await expectRefused(`${verb} --no-such-option`, 2, "usage");
});

it.each([
  ["show nope", 1, "no-task"],
  ["list --status nope", 2, "usage"],
  ["add --after nope x", 1, "no-task"],
  ["runs r-1", 1, "no-run"],
  ["profile use nope", 1, "no-profile"],
  ["profile show nope", 1, "no-profile"],
  ["profile create claude -m claude:opus", 1, "profile-exists"],
  ["profile set claude color red", 1, "unknown-key"],
  ["profile use deaf", 3, "check-failed"],
  ["config get tiers.fast", 4, "not-set"],
  ["config set agent.timeout never", 1, "bad-value"],
  ["preset show nope", 1, "no-preset"],
  ["chat show nope", 1, "no-chat"],
  ["failover clear nope", 4, "not-cooling"],
  ["failover drill claude --class hang", 2, "usage"],
  ["agent show nope", 1, "no-agent"],
  ["chat frobnicate", 2, "unknown-command"],
  ["frobnicate", 2, "unknown-command"],
  ["profile frobnicate", 2, "unknown-command"],
  ["config frobnicate", 2, "usage"],
  ["export", 2, "usage"],
])("wg %s is refused with %i, %s", async (line, status, code) => {
  if (line.includes("deaf")) {
    await place.wg("profile", "create", "deaf", "-m", "local:m", "-e", "http://127.0.0.1:1");
  }
  await expectRefused(line, status, code);
});

/** In this order, in one project. */
const lines: readonly (string | string[])[] = [
  "init",
  "setup",
  "preset list",
  "preset show zai",
  "profile",
  "profile list",
  "profile show",
  "profile show claude --effective",
  "profile use claude --dry-run --no-check",
  "profile use claude --no-check",
  "profile use wgnext",
  "profile use claude --dry-run",
  "profile undo --no-check",
  "profile use wgnext",
  "profile use claude --canary 30% --no-check",
  "profile list",
  "status",
  "profile current",
  "profile abort",
  "profile use claude --canary 30% --no-check",
  "profile promote --no-check",
  "profile use wgnext",
  "profile diff claude",
  "profile check --all",
  "profile check wgnext --real",
  "profile history",
  "profile compare --since 7d",
  "profile create mine -m claude:opus --tier fast=claude:haiku --env claude.FOO=bar",
  "profile create glm --preset zai",
  "profile create now --from-config",
  "profile set mine agent.model claude:sonnet",
  "profile unset mine tiers.fast",
  "profile edit mine",
  "profile copy mine other",
  "profile rename other renamed",
  "profile lint --all",
  "profile trust team --yes",
  "profile trust team --revoke",
  "profile env mine --shell bash",
  "profile env --clear",
  "profile import deep.config.toml --yes",
  "profile export mine",
  "profile delete renamed",
  "profile init-starters",
  "config",
  "config show --effective",
  "config set agent.max_turns 7",
  "config get agent.max_turns",
  "config unset agent.max_turns",
  "config trust --show",
  "config -m claude:sonnet",
  "service start",
  ["add", "slow", "--exec", "sleep 600", "--priority", "9"],
  ["add", "inside", "--exec", `"${process.execPath}" "${program}" done inside --json > reported.json`],
  "plan count-words --yes",
  "add talk --id talk -d words --tag a",
  "add work --exec true --verify true --id work",
  "add after --after work --exec false --id after",
  "logs talk --follow",
  "logs inside --follow",
  "logs talk",
  "logs after --follow",
  "logs after",
  "runs",
  "why talk",
  "why RUN",
  "usage --by model --since 7d",
  "usage --prices",
  "runs --task talk",
  "runs RUN",
  "runs show RUN",
  "evaluate talk",
  "eval list",
  "eval show talk",
  "service status",
  "config set notify.command true",
  "notify test",
  "config unset notify.command",
  "status",
  "blocked",
  "blocked after",
  "service reload",
  "failover list",
  "failover clear",
  "failover drill wgnext",
  "kill --task slow",
  "list",
  "ready",
  "show talk",
  "show after",
  "service logs",
  "service stop",
  "service stop",
  "edit after --priority 3",
  "retry after",
  "msg after hello",
  "msg after",
  "fail after --reason because",
  "retry after",
  "done after --summary words",
  "retry after",
  "approve after --budget 5",
  "abandon after",
  "log talk hello",
  "log talk",
  "artifact talk notes.txt",
  "artifact talk",
  "import tasks.jsonl --dry-run",
  "import tasks.jsonl",
  "logs brought",
  "export -o out.jsonl",
  "gc --dry-run",
  "mcp --config codex",
  "skill install --claude --codex",
  "skill uninstall --claude --codex",
  "chat",
  "chat new --title talk",
  "msg CHAT hello",
  "msg CHAT",
  "chat send CHAT hello",
  "chat switch CHAT --profile claude",
  "chat show CHAT",
  "chat list --all",
  "chat end CHAT",
  "rm brought",
  "agency init",
  "agency list",
  "agent list",
  "agent create mine --description d --skill code --first f --never n",
  "agent edit mine --skill docs",
  "agent edit mine --skill docs",
  "agent show mine",
  "agent lineage mine",
  "agent rm mine",
  "chat new --identity builder",
];

function linesOf(text: string): string[] {
  const found = text.trim().split("\n");
  expect(found.length).toBeGreaterThan(1);
  return found;
}

/** The verb of a command line: the longest that its words begin with, or the stream of it. */
function verbOf(words: readonly string[]): string {
  const two = words.slice(0, 2).join(" ");
  const verb = two in envelopes ? two : (words[0] ?? "");
  return words.includes("--follow") ? `${verb} --follow` : verb;
}

/** `RUN` stands for the id of the latest run of `talk`, `CHAT` for that of the chat used last. */
async function withRun(words: readonly string[]): Promise<string[]> {
  if (words.includes("CHAT")) {
    const { chats } = JSON.parse((await playHere(place, ["chat", "list", "--json"])).stdout);
    return words.map((word) => (word === "CHAT" ? chats[0].id : word));
  }
  if (!words.includes("RUN")) return [...words];
  const { runs } = JSON.parse((await playHere(place, ["runs", "--task", "talk", "--json"])).stdout);
  return words.map((word) => (word === "RUN" ? runs[0].id : word));
}

/** What verbs answer that want a repository: `wg merge` a task that waits for it, `wg task rerun` one that an agent has done. */
async function inRepository(): Promise<{ merged: string; repeated: string }> {
  const repository = await makeRepositoryPlace({ WGNEXT_KEY: "none" });
  try {
    await repository.ok("config", "set", "merge", "manual");
    await repository.ok("profile", "set", "wgnext", "endpoint", simulator.url);
    await repository.ok("profile", "use", "wgnext", "--no-check");
    await repository.add("work", "echo 1 > file");
    await repository.ok("add", "Talk", "--id", "talk");
    await repository.start();
    await repository.untilState("work", "needs-merge");
    const merged = await repository.ok("merge", "work", "--json");
    await repository.untilState("talk", "needs-merge");
    const rerun = [
      "task",
      "rerun",
      "talk",
      "--profile",
      "wgnext",
      "--evaluate",
      "--diff",
      "--keep",
      "--json",
    ];
    return { merged, repeated: await repository.ok(...rerun) };
  } finally {
    await repository.end();
  }
}

function expectValid(file: string, text: string, of: string): void {
  const schema = JSON.parse(fs.readFileSync(path.join(schemas, file), "utf8"));
  const validate = ajv.getSchema(schema.title) ?? ajv.compile({ ...schema, $id: schema.title });
  const isValid = validate(JSON.parse(text));
  expect(
    isValid,
    `${of} is not as docs/schemas/${file} says: ${ajv.errorsText(validate.errors)}\n${text}`,
  ).toBe(true);
}

async function expectRefused(line: string, status: number, code: string): Promise<void> {
  const ended = await playHere(place, [...line.split(" "), "--json"]);
  expect(ended, `wg ${line}`).toMatchObject({ status, stderr: "" });
  expectValid("error.schema.json", ended.stdout, `wg ${line}`);
  expect(JSON.parse(ended.stdout).error.code, `wg ${line}`).toBe(code);
}

async function jsonVerbs(): Promise<string[]> {
  // Nothing runs: commands are only looked at.
  const io = { env: {} } as Io;
  const tops = await Promise.all(
    commands.filter(({ hidden }) => !hidden).map((entry) => loadCommand(entry, io)),
  );
  return tops.flatMap((command) => verbsOf(command, []));
}

function verbsOf(command: Command, above: readonly string[]): string[] {
  const words = [...above, command.name()];
  const own = command.options.some(({ long }) => long === "--json") ? [words.join(" ")] : [];
  return [...own, ...command.commands.flatMap((verb) => verbsOf(verb, words))];
}

/** What a command that goes on until Ctrl-C prints within its first lines. */
async function followed(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { cwd: place.project, env: place.env });
  const closed = once(child, "close");
  let text = "";
  for await (const line of createInterface({ input: child.stdout })) {
    text += `${line}\n`;
    if (text.split("\n").length > 3) child.kill("SIGINT");
  }
  await closed;
  return text;
}

async function startSimulator(): Promise<typeof simulator> {
  const log = path.join(place.home, "requests.jsonl");
  const script = path.join(place.home, "script.json");
  const tasks = JSON.stringify({ tasks: [{ key: "count", title: "Count words" }] });
  const scored = JSON.stringify({
    ...{ seal: "{{match.seal}}", correctness: 1, completeness: 1, efficiency: 1, style_adherence: 1 },
    ...{ downstream_usability: 1, coordination_overhead: 1, blocking_impact: 1, notes: "" },
  });
  const rules = [
    { match: { prompt: "count-words" }, steps: [{ final: tasks }] },
    {
      match: { prompt_pattern: `Score what it really did.*\`seal\`: the text "(?<seal>\\w+)"` },
      steps: [{ final: scored }],
    },
    { steps: [{ shell: "true" }, { final: "done" }] },
  ];
  fs.writeFileSync(script, JSON.stringify({ rules }));
  const args = ["simulate", "--port", "0", "--script", script, "--log", log, "--json"];
  const child = spawn(process.execPath, [program, ...args], { env: place.env });
  const closed = once(child, "close");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    line,
    url: JSON.parse(line).url,
    async end() {
      child.kill("SIGINT");
      await closed;
    },
  };
}
