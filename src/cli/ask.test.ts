// Questions at a terminal: what counts as yes, and that the end of input is none.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { canAsk, choose, confirm } from "./ask.ts";
import type { Io } from "./io.ts";
import { importProfiles } from "./profile-import.ts";
import { setupCommand } from "./setup.ts";

const home = fs.mkdtempSync(path.join(os.tmpdir(), "wg-ask-"));
const profiles = path.join(home, ".wg", "profiles");

afterEach(() => {
  for (const name of fs.readdirSync(home)) fs.rmSync(path.join(home, name), { recursive: true });
});

describe("confirm", () => {
  it.each([
    ["", true],
    ["y", true],
    ["YES", true],
    ["n", false],
    ["maybe", false],
  ])("%j is %s", async (answer, expected) => {
    expect(await confirm(terminal(`${answer}\n`).io, "sure?")).toBe(expected);
  });

  it("the end of input is no", async () => {
    expect(await confirm(terminal("").io, "sure?")).toBe(false);
  });
});

describe("choose", () => {
  it.each([
    ["", "big"],
    ["2", "small"],
    ["small", "small"],
    ["9", "big"],
  ])("%j takes %s", async (answer, expected) => {
    expect(await choose(terminal(`${answer}\n`).io, "which?", ["big", "small"])).toBe(expected);
  });
});

it("nothing is asked where nobody sits", () => {
  const { io } = terminal("");
  expect(canAsk(io)).toBe(true);
  expect(canAsk({ ...io, stdin: Object.assign(new PassThrough(), { isTTY: false }) })).toBe(false);
});

describe("at a terminal", () => {
  const settings = '{ "model": "opus", "env": { "ANTHROPIC_BASE_URL": "https://gate.example.com" } }';

  it("an import is made on yes and not on no", async () => {
    const file = path.join(home, "gate.json");
    fs.writeFileSync(file, settings);
    const no = terminal("n\n");
    await importProfiles(no.io, file, { only: [] });
    expect(no.io.status).toBe(4);
    expect(no.said()).toContain("write it? [Y/n]");
    expect(fs.existsSync(path.join(profiles, "gate.toml"))).toBe(false);
    const yes = terminal("y\n");
    await importProfiles(yes.io, file, { only: [] });
    expect(yes.io.status).toBe(0);
    expect(fs.readFileSync(path.join(profiles, "gate.toml"), "utf8")).toContain("claude:opus");
  });

  it("setup asks before it writes, and then which one to switch to", async () => {
    const { io, said } = terminal("y\n1\n", { DEEPSEEK_API_KEY: "x" });
    await setupCommand(io).parseAsync(["--ports", "1", "--no-check"], { from: "user" });
    expect(said()).toContain("write it? [Y/n]");
    expect(fs.readFileSync(path.join(profiles, "deepseek.toml"), "utf8")).toContain("env:DEEPSEEK_API_KEY");
    expect(fs.readFileSync(path.join(home, ".wg", "active-profile"), "utf8")).toBe("deepseek\n");
  });
});

/** Streams of a person who types these lines, one for each question. */
function terminal(typed: string, env: Record<string, string> = {}): { io: Io; said: () => string } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = Object.assign(new PassThrough(), { isTTY: false });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const lines = typed.split("\n").slice(0, -1);
  let said = "";
  // A line is typed when it is asked for: each question reads with a reader of its own.
  stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (!/\] $/.test(text)) return;
    const line = lines.shift();
    if (line === undefined) stdin.end();
    else stdin.write(`${line}\n`);
  });
  const io: Io = {
    env: { HOME: home, WG_HOME: path.join(home, ".wg"), PATH: "", ...env },
    cwd: home,
    stdin,
    stdout,
    stderr,
    now: () => new Date(),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  return { io, said: () => said };
}
