// The demo as a stranger runs it, on a machine without any agent but wg's own.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { markedProcesses } from "../src/base/marked.ts";
import { type Ended, program, run } from "./support/wg.ts";

// Against hanging only: the demo gives itself three minutes.
const limitMs = 200_000;
vi.setConfig({ testTimeout: limitMs + 20_000 });

const demo = path.join(path.dirname(program), "demo.js");
let root: string;
let env: Record<string, string>;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-stranger-")));
  for (const name of ["bin", "home", "tmp"]) fs.mkdirSync(path.join(root, name));
  for (const tool of ["sh", "bash", "ls", "ps"]) {
    const found = ["/bin", "/usr/bin"].map((folder) => path.join(folder, tool)).find(fs.existsSync);
    if (found !== undefined) fs.symlinkSync(found, path.join(root, "bin", tool));
  }
  env = {
    PATH: path.join(root, "bin"),
    HOME: path.join(root, "home"),
    TMPDIR: path.join(root, "tmp"),
    WG_AGENTS: path.join(root, "none"),
    // None of these may reach an agent, or be needed.
    ANTHROPIC_API_KEY: "sk-the-users-own",
    OPENAI_BASE_URL: "http://127.0.0.1:9/not-here",
  };
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Where the demo said that it takes place. */
function placeIn(output: string): string {
  const [, place = ""] = /place +(\S+), gone when this ends/.exec(output) ?? [];
  expect(place).toMatch(/wg-demo-/);
  return place;
}

function expectNothingLeft(place: string): void {
  expect(fs.readdirSync(path.join(root, "tmp"))).toEqual([]);
  expect(fs.readdirSync(path.join(root, "home"))).toEqual([]);
  expect(markedProcesses("WG_HOME", path.join(place, "home", ".wg"))).toEqual([]);
}

/** The table's rows by task; cells are two spaces apart. */
function rowsIn(output: string): Record<string, string[]> {
  const lines = output.split("\n").map((line) => line.trim().split(/ {2,}/));
  const start = lines.findIndex((cells) => cells[0] === "TASK");
  const end = lines.findIndex((cells, index) => index > start && cells[0] === "");
  return Object.fromEntries(lines.slice(start + 1, end).map(([task = "", ...cells]) => [task, cells]));
}

describe("the demo", () => {
  it("switches under work, shows which run was on what, and leaves nothing behind", async () => {
    const { status, stdout, stderr } = await run(process.execPath, [demo], {
      cwd: root,
      env,
      limitMs,
    });
    expect(stderr).toBe("");
    expect(status, stdout).toBe(0);

    const rows = rowsIn(stdout);
    expect(Object.keys(rows).sort()).toEqual(["docs", "hotfix", "parser", "release", "survey"]);
    const column = (index: number) =>
      Object.fromEntries(Object.entries(rows).map(([task, cells]) => [task, cells[index]]));
    expect(column(1)).toEqual({
      survey: "wgnext",
      hotfix: "wgnext-small",
      parser: "wgnext-small",
      docs: "wgnext-small",
      release: "wgnext",
    });
    expect(column(3)).toMatchObject({ survey: "local:qwen3-coder-30b", docs: "local:qwen3-4b" });
    expect(column(4)).toMatchObject({ survey: "qwen3-coder-30b", docs: "qwen3-4b" });
    expect(new Set(Object.values(column(5)))).toEqual(new Set(["done"]));
    const revisions = column(2);
    expect(revisions["survey"]).toMatch(/^[0-9a-f]{12}$/);
    expect(revisions["survey"]).toBe(revisions["release"]);
    expect(revisions["survey"]).not.toBe(revisions["docs"]);

    const prose = stdout.replace(/\s+/g, " ");
    expect(prose).toContain(
      "survey was in flight when wgnext gave way to wgnext-small, and docs was in flight when wgnext-small gave way to wgnext: both kept their profile, revision and model to the end",
    );
    expect(prose).toMatch(/claude \(not found\) and codex \(not found\): npm run test:agents installs/);
    expectNothingLeft(placeIn(stdout));
  });

  it("interrupted in the middle of it leaves nothing behind either, and says so by its exit code", async () => {
    const { status, stdout } = await interrupted(/survey +starts on/);
    expect(stdout).toContain("the demo did not come to its end: stopped by SIGINT");
    expect(status).toBe(130);
    expectNothingLeft(placeIn(stdout));
  });
});

/** Runs the demo and sends it SIGINT, twice, when it has printed `when`. */
function interrupted(when: RegExp): Promise<Pick<Ended, "status" | "stdout">> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [demo], { cwd: root, env, timeout: limitMs });
    let stdout = "";
    let told = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (told || !when.test(stdout)) return;
      told = true;
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGINT"), 100);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout }));
  });
}
