// `wg profile run` and `wg profile env`: a profile for one command, and for one shell.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlace, type Place, program } from "../support/wg.ts";

const secret = "a-key-that-nobody-may-see";

let place: Place;
beforeEach(async () => {
  const bin = fs.mkdtempSync("/tmp/wg-test-bin-");
  place = makePlace({
    PATH: `${bin}:${process.env["PATH"]}`,
    MY_KEY: secret,
    ANTHROPIC_API_KEY: "another",
    OPENAI_BASE_URL: "http://elsewhere",
  });
  for (const name of ["claude", "codex"]) {
    fs.writeFileSync(path.join(bin, name), spy, { mode: 0o755 });
  }
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.join(place.home, ".wg", "profiles"), { recursive: true });
    fs.writeFileSync(path.join(place.home, ".wg", "profiles", `${name}.toml`), text);
  };
  write("gate", gate);
  write("mine", mine);
});
afterEach(() => {
  fs.rmSync(place.env["PATH"]?.split(":")[0] ?? "", { recursive: true });
  place.remove();
});

/** Tells what it was started with, the settings file of claude included. */
const spy = `#!/usr/bin/env node
const args = process.argv.slice(2);
const file = args[args.indexOf("--settings") + 1];
const settings = args.includes("--settings") ? JSON.parse(require("fs").readFileSync(file, "utf8")) : undefined;
console.log(JSON.stringify({ args, settings, file, env: process.env }));
`;

const gate = `
[agent]
model = "claude:glm-5"
[models.chat]
model = "claude:glm-5-chat"
[[llm_endpoints.endpoints]]
name = "gate"
provider = "anthropic"
url = "http://127.0.0.1:1"
api_key_ref = "env:MY_KEY"
[env]
EDITOR_OF_MINE = "it's"
[handlers.claude.env]
ONLY_CLAUDE = "1"
`;

const mine = `
[agent]
model = "codex:gpt-5.5"
[env]
PLAIN = "a b"
SECOND_KEY = { ref = "env:MY_KEY" }
[handlers.shell.env]
ONLY_SHELL = "1"
`;

async function seen(...args: string[]) {
  const { status, stdout, stderr } = await place.wg("profile", "run", ...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as {
    args: string[];
    settings?: { env: Record<string, string>; apiKeyHelper?: string };
    file?: string;
    env: Record<string, string>;
  };
}

describe("wg profile run", () => {
  it("starts claude on the profile's chats, endpoint and pins, with what the person typed last", async () => {
    const { args, settings, file, env } = await seen("gate", "--", "claude", "--model", "haiku", "-p", "hi");
    expect(args).toEqual(["--model", "glm-5-chat", "--settings", file, "--model", "haiku", "-p", "hi"]);
    expect(settings?.env["ANTHROPIC_BASE_URL"]).toBe("http://127.0.0.1:1");
    expect(env).toMatchObject({
      WG_PROFILE: "gate",
      EDITOR_OF_MINE: "it's",
      ONLY_CLAUDE: "1",
      WG_ENDPOINT_KEY: secret,
      ANTHROPIC_API_KEY: "",
    });
    expect(env).not.toHaveProperty("OPENAI_BASE_URL");
    expect(env).not.toHaveProperty("WG_RUN_ID");
    expect(JSON.stringify([args, settings])).not.toContain(secret);
    expect(fs.existsSync(file ?? "")).toBe(false);
  });

  it("starts codex on the profile, and changes no pointer", async () => {
    const { args, env } = await seen("mine", "codex", "exec", "-m", "other");
    expect(args).toEqual(["-c", 'model="gpt-5.5"', "exec", "-m", "other"]);
    expect(env).toMatchObject({ SECOND_KEY: secret, PLAIN: "a b" });
    expect((await place.wg("profile", "current")).stdout).toBe("base\n");
  });

  it("says so when the profile has no route for the program", async () => {
    const { stderr, stdout } = await place.wg("profile", "run", "mine", "--", "claude");
    expect(stderr).toBe("warning: profile mine has no route for claude, which chooses its model by itself\n");
    expect(JSON.parse(stdout).args[0]).toBe("--settings");
  });

  it("gives any other program the pins, and takes away what could lead an agent elsewhere", async () => {
    const { stdout } = await place.wg("profile", "run", "mi", "--", "env");
    expect(stdout).toContain("PLAIN=a b\n");
    expect(stdout).toContain("ONLY_SHELL=1\n");
    expect(stdout).toContain("WG_PROFILE=mine\n");
    expect(stdout).not.toContain("ANTHROPIC_API_KEY");
  });

  it("gives the program of an ACP agent what is pinned for it, whatever its arguments", async () => {
    await place.wg("profile", "create", "agent", "-m", "acp:env --acp", "--env", "acp.ONLY_ACP=1");
    const { stdout } = await place.wg("profile", "run", "agent", "--", "env");
    expect(stdout).toContain("ONLY_ACP=1\n");
    expect((await place.wg("profile", "run", "agent", "--", "sh", "-c", "env")).stdout).not.toContain(
      "ONLY_ACP",
    );
  });

  it("leaves wg its environment, since it finds keys there by reference", async () => {
    const wg = path.join(place.home, "wg");
    fs.writeFileSync(wg, `#!/bin/sh\necho "$ANTHROPIC_API_KEY $WG_PROFILE $PLAIN"\n`, { mode: 0o755 });
    expect((await place.wg("profile", "run", "mine", wg)).stdout).toBe("another mine \n");
  });

  it("stays part of the run it is called in, and is none of its own elsewhere", async () => {
    expect((await seen("mine", "codex")).env).not.toHaveProperty("WG_RUN_ID");
    place.env["WG_RUN_ID"] = "r-1";
    expect((await seen("mine", "codex")).env["WG_RUN_ID"]).toBe("r-1");
  });

  it("leaves out what wg profile env pinned in this shell for another profile", async () => {
    Object.assign(place.env, {
      WG_PROFILE_PINS: "PLAIN LEFT_OVER",
      PLAIN: "old",
      LEFT_OVER: "old",
      KEPT: "1",
    });
    const { env } = await seen("mine", "codex");
    expect(env).toMatchObject({ PLAIN: "a b", KEPT: "1" });
    expect(env).not.toHaveProperty("LEFT_OVER");
    expect(env).not.toHaveProperty("WG_PROFILE_PINS");
  });

  it("ends as the program did", async () => {
    expect((await place.wg("profile", "run", "mine", "sh", "-c", "exit 42")).status).toBe(42);
    expect((await place.wg("profile", "run", "mine", "sh", "-c", "kill -KILL $$")).status).toBe(137);
  });

  it("passes a signal on and waits for the program to end by itself", async () => {
    const script = "trap 'echo got it; exit 7' TERM; echo ready; while :; do sleep 0.05; done";
    const child = spawn(process.execPath, [program, "profile", "run", "mine", "sh", "-c", script], {
      cwd: place.project,
      env: place.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      if (output === "") child.kill("SIGTERM");
      output += String(chunk);
    });
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, output }).toEqual({ status: 7, output: "ready\ngot it\n" });
  });

  it("refuses an unknown profile, a missing command and a program that is not there, and starts nothing", async () => {
    expect((await place.wg("profile", "run", "mien", "true")).stderr).toContain("did you mean mine?");
    expect((await place.wg("profile", "run", "mine")).status).toBe(2);
    expect((await place.wg("profile", "run", "mine", "--")).status).toBe(2);
    const missing = await place.wg("profile", "run", "mine", "no-such-program");
    expect(missing).toMatchObject({
      status: 127,
      stderr: expect.stringContaining("cannot start no-such-program"),
    });
    fs.writeFileSync(path.join(place.project, "notes.txt"), "words\n", { mode: 0o644 });
    expect(await place.wg("profile", "run", "mine", "./notes.txt")).toMatchObject({ status: 126 });
    place.env["PATH"] = place.project;
    const agent = await place.wg("profile", "run", "mine", "codex");
    expect(agent).toMatchObject({ status: 127, stderr: expect.stringContaining("codex is not on PATH") });
  });

  it("says when a variable of this shell beats the profile", async () => {
    const { stderr } = await place.wg("profile", "run", "base", "true");
    expect(stderr).toBe("");
    place.env["WG_AGENT_MODEL"] = "codex:other";
    expect((await place.wg("profile", "run", "mine", "true")).stderr).toContain(
      "WG_AGENT_MODEL is set and wins",
    );
  });
});

describe("wg profile env", () => {
  it("sets the profile and its pins, takes references over and never says a value", async () => {
    const { stdout, stderr } = await place.wg("profile", "env", "mine", "--shell", "bash");
    expect(stdout.split("\n")).toEqual([
      "export WG_PROFILE='mine';",
      "export PLAIN='a b';",
      `export SECOND_KEY="\${MY_KEY-}";`,
      "export ONLY_SHELL='1';",
      "export WG_PROFILE_PINS='PLAIN SECOND_KEY ONLY_SHELL';",
      "",
    ]);
    expect(stderr).toBe("");
  });

  it("prints the values of references when asked to, and tells what it leaves out", async () => {
    const file = path.join(place.home, ".wg", "profiles", "mine.toml");
    fs.appendFileSync(file, 'THIRD_KEY = { ref = "cmd:echo from a command" }\n');
    const without = await place.wg("profile", "env", "mine", "--shell", "zsh");
    expect(without.stdout).not.toContain("THIRD_KEY");
    expect(without.stderr).toBe(
      "THIRD_KEY is left out: its value comes from cmd:echo from a command, and only --secrets prints values\n",
    );
    const { stdout } = await place.wg("profile", "env", "mine", "--shell", "fish", "--secrets");
    expect(stdout).toContain(`set -gx SECOND_KEY '${secret}';\n`);
    expect(stdout).toContain("set -gx THIRD_KEY 'from a command';\n");
  });

  it("the next profile unsets what the one before had pinned, and --clear all of it", async () => {
    place.env["WG_PROFILE_PINS"] = "PLAIN SECOND_KEY EDITOR_OF_MINE bad;name";
    const { stdout } = await place.wg("profile", "env", "gate", "--shell", "bash");
    expect(stdout.split("\n").slice(0, 4)).toEqual([
      "unset PLAIN;",
      "unset SECOND_KEY;",
      "export WG_PROFILE='gate';",
      "export EDITOR_OF_MINE='it'\\''s';",
    ]);
    const cleared = await place.wg("profile", "env", "--clear", "--shell", "bash");
    expect(cleared.stdout).toBe(
      "unset PLAIN;\nunset SECOND_KEY;\nunset EDITOR_OF_MINE;\nunset WG_PROFILE;\nunset WG_PROFILE_PINS;\n",
    );
  });

  it("refuses a shell it does not know, and no name", async () => {
    expect((await place.wg("profile", "env", "mine", "--shell", "tcsh")).status).toBe(2);
    expect((await place.wg("profile", "env")).status).toBe(2);
  });
});
