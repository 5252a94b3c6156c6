// Which verbs the agents of runs and chats may use, held against every verb there is.
import { Readable, Writable } from "node:stream";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { commands } from "./commands.ts";
import { refusalInChat, refusalInRun } from "./inside.ts";
import type { Io } from "./io.ts";
import { loadCommand } from "./program.ts";

const io: Io = {
  env: {},
  cwd: "/",
  stdin: Readable.from([]),
  stdout: { write: () => true },
  stderr: new Writable({ write: (_, __, done) => done() }),
  now: () => new Date(0),
  signal: new AbortController().signal,
  patient: false,
  status: 0,
};

async function everyVerb(): Promise<string[]> {
  const loaded = await Promise.all(commands.map((entry) => loadCommand(entry, io)));
  return loaded.flatMap((command) => [
    command.name(),
    ...command.commands.map((verb) => verbOf(command, verb)),
  ]);
}

function verbOf(command: Command, verb: Command): string {
  return `${command.name()} ${verb.name()}`;
}

/** Every verb that a run may use. A new one belongs here only when an agent at work should have it. */
const open = `
  add, agency list, agent lineage, agent list, agent show, artifact, blocked, chat list, chat show, completion, config get, config show, done, eval list, eval show, export, fail, failover list, list, log, logs, mcp, msg,
  preset list, preset show, profile check, profile current, profile diff, profile export, profile history, profile lint,
  profile list, profile show, quickstart, ready, runs, runs show, service logs, service status, show, simulate, skill show,
  status, usage, watch, why, why-blocked`;

it("a run may look, report and leave work, and no more", async () => {
  const verbs = await everyVerb();
  const allowed = verbs.filter((verb) => refusalInRun(verb) === undefined);
  expect(allowed.sort()).toEqual(open.trim().split(/,\s+/));
  for (const verb of [
    "profile use",
    "profile env",
    "profile run",
    "config set",
    "kill",
    "edit",
    "retry",
    "service stop",
  ]) {
    expect(verbs).toContain(verb);
    expect(refusalInRun(verb)).toMatchObject({
      code: "inside-a-run",
      message: expect.stringContaining(`wg ${verb} `),
    });
  }
});

it("a chat's agent works the graph, and chooses neither what anything runs on nor sees keys", async () => {
  const verbs = await everyVerb();
  const refused = verbs.filter((verb) => refusalInChat(verb) !== undefined);
  for (const verb of [
    "profile use",
    "profile undo",
    "profile env",
    "profile run",
    "config set",
    "setup",
    "approve",
    "agency init",
    "agent create",
  ]) {
    expect(refused).toContain(verb);
  }
  for (const verb of ["add", "edit", "retry", "abandon", "done", "log", "kill", "service start", "plan"]) {
    expect(refused).not.toContain(verb);
  }
  expect(refusalInChat("chat switch")).toMatchObject({ code: "inside-a-chat" });
});
