// `wg skill`: the one verb that writes into another tool's folder, and what it leaves alone there.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "./support/wg.ts";

let place: Place;
let skill: string;
let agents: string;

beforeEach(async () => {
  place = makePlace();
  await place.wg("init");
  skill = path.join(place.home, ".claude", "skills", "wg", "SKILL.md");
  agents = path.join(place.home, ".codex", "AGENTS.md");
});
afterEach(() => place.remove());

const read = (file: string) => fs.readFileSync(file, "utf8");
function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
/** All below the home but wg's own, as name -> text. */
function everything(): Record<string, string> {
  const names = fs.readdirSync(place.home, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => fs.statSync(path.join(place.home, name)).isFile());
  const theirs = files.filter((name) => !name.startsWith(".wg"));
  return Object.fromEntries(theirs.map((name) => [name, read(path.join(place.home, name))]));
}

it("install writes what show prints, and nothing else; uninstall leaves no file behind", async () => {
  const shown = (await place.wg("skill", "show", "--claude")).stdout;
  expect(shown).toMatch(/^---\n# wg skill: begin.*\nname: wg\ndescription: .*\n---\n/);
  expect(everything()).toEqual({});
  expect(await place.wg("skill", "install", "--claude", "--codex")).toEqual({
    status: 0,
    stdout: `${skill}\n${agents}\n`,
    stderr: `wrote wg's part into ${skill}\nwrote wg's part into ${agents}\n`,
  });
  expect(everything()).toEqual({
    ".claude/skills/wg/SKILL.md": shown,
    ".codex/AGENTS.md": (await place.wg("skill", "show", "--codex")).stdout,
  });
  expect((await place.wg("skill", "uninstall", "--claude", "--codex")).stderr).toContain(
    "took wg's part out of",
  );
  expect(everything()).toEqual({});
  expect(fs.existsSync(path.dirname(skill))).toBe(false);
});

it("what else stands in the file stays, byte for byte, with its mode", async () => {
  const mine = "\ufeff# Mine\r\n\r\nUse tabs.\r\nno line break at the end";
  write(agents, mine);
  fs.chmodSync(agents, 0o640);
  await place.wg("skill", "install", "--codex");
  const text = read(agents);
  expect(text.startsWith(`${mine}\r\n<!-- wg skill: begin`)).toBe(true);
  expect(text).not.toMatch(/[^\r]\n/);
  expect(fs.statSync(agents).mode & 0o777).toBe(0o640);
  await place.wg("skill", "uninstall", "--codex");
  expect(read(agents)).toBe(mine);
});

it("a second time nothing is written, and an older part is brought up to date where it stands", async () => {
  await place.wg("skill", "install", "--codex");
  const before = fs.statSync(agents).mtimeMs;
  expect((await place.wg("skill", "install", "--codex")).stderr).toBe(`nothing to do in ${agents}\n`);
  expect(fs.statSync(agents).mtimeMs).toBe(before);
  const now = read(agents);
  write(agents, `above\n${now.replace("## wg", "## old words")}below\n`);
  expect(JSON.parse((await place.wg("skill", "install", "--codex", "--json")).stdout)).toMatchObject({
    files: [{ agent: "codex", path: agents, change: "updated" }],
  });
  expect(read(agents)).toBe(`above\n${now}below\n`);
});

it("a symlink stays one, also when nothing is left behind it", async () => {
  const target = path.join(place.home, "dotfiles", "AGENTS.md");
  write(target, "");
  fs.mkdirSync(path.dirname(agents));
  fs.symlinkSync("../dotfiles/AGENTS.md", agents);
  for (const verb of ["install", "uninstall"]) {
    await place.wg("skill", verb, "--codex");
    expect(fs.readlinkSync(agents)).toBe("../dotfiles/AGENTS.md");
  }
  expect(read(target)).toBe("");
});

it("--project writes into the project, for everybody there", async () => {
  expect((await place.wg("skill", "install", "--claude", "--codex", "--project")).stdout).toBe(
    `${place.project}/.claude/skills/wg/SKILL.md\n${place.project}/AGENTS.md\n`,
  );
  expect(everything()).toEqual({});
  const elsewhere = await run(process.execPath, [program, "skill", "install", "--codex", "--project"], {
    cwd: place.home,
    env: place.env,
  });
  expect(elsewhere).toMatchObject({ status: 1, stderr: expect.stringContaining("no project here") });
});

it("the folders that the agents are told to use are used", async () => {
  place.env["CLAUDE_CONFIG_DIR"] = path.join(place.home, "c");
  place.env["CODEX_HOME"] = path.join(place.home, "x");
  await place.wg("skill", "install", "--claude", "--codex");
  expect(Object.keys(everything()).sort()).toEqual(["c/skills/wg/SKILL.md", "x/AGENTS.md"]);
});

it("a skill of the same name that is somebody else's is left alone", async () => {
  write(skill, "---\nname: wg\n---\nmine\n");
  const refused = await place.wg("skill", "install", "--claude", "--codex", "--json");
  expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "not-ours", at: { path: skill } } });
  expect((await place.wg("skill", "uninstall", "--claude")).stderr).toBe(`nothing to do in ${skill}\n`);
  expect(everything()).toEqual({ ".claude/skills/wg/SKILL.md": "---\nname: wg\n---\nmine\n" });
});

it("damaged markers are refused with file and line, before any file is written", async () => {
  await place.wg("skill", "install", "--codex");
  const damaged = read(agents).replace(/<!-- wg skill: end -->\n/, "");
  write(agents, damaged);
  for (const verb of ["install", "uninstall"]) {
    expect(await place.wg("skill", verb, "--claude", "--codex")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`  at ${agents}:1\n  hint: `),
    });
  }
  expect(everything()).toEqual({ ".codex/AGENTS.md": damaged });
});

it("a file that cannot be one of text is refused and kept", async () => {
  fs.mkdirSync(path.dirname(agents));
  fs.writeFileSync(agents, Buffer.from([0xff, 0xfe, 0x41, 0]));
  expect(await place.wg("skill", "install", "--codex")).toMatchObject({ status: 1 });
  expect(fs.readFileSync(agents)).toEqual(Buffer.from([0xff, 0xfe, 0x41, 0]));
});

it("without an agent it is a usage error, and an agent at work may only look", async () => {
  expect(await place.wg("skill", "install")).toMatchObject({ status: 2 });
  for (const name of ["WG_RUN", "WG_CHAT"]) {
    const env = { ...place.env, [name]: "x-1" };
    const inside = (...args: string[]) =>
      run(process.execPath, [program, "skill", ...args], { cwd: place.project, env });
    expect(await inside("install", "--claude")).toMatchObject({ status: 1 });
    expect(await inside("uninstall", "--claude")).toMatchObject({ status: 1 });
    expect(await inside("show", "--claude")).toMatchObject({ status: 0 });
  }
  expect(everything()).toEqual({});
});
