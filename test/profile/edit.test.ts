// `wg profile edit` with editors that are scripts: nothing typed is ever lost, nothing bad is ever saved.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ended, makePlace, type Place, program, run } from "../support/wg.ts";

let place: Place;
let profile: string;
let draft: string;
beforeEach(async () => {
  place = makePlace();
  await place.wg("profile", "use", "claude", "--no-check");
  const folder = path.join(place.home, ".wg", "profiles");
  profile = path.join(folder, "codex.toml");
  draft = path.join(folder, ".codex.draft.toml");
});
afterEach(() => place.remove());

function edit(editor: string, ...more: string[]): Promise<Ended> {
  const env = { ...place.env, EDITOR: editor };
  return run(process.execPath, [program, "profile", "edit", "codex", ...more], { cwd: place.project, env });
}

const text = () => fs.readFileSync(profile, "utf8");

describe("wg profile edit", () => {
  it("saves what the editor leaves, and cleans up", async () => {
    const { status, stderr } = await edit("sed -i s/gpt-5.5/gpt-6/");
    expect([status, stderr]).toEqual([0, expect.stringContaining(`saved ${profile}; it is codex@`)]);
    expect(text()).toContain('model = "codex:gpt-6"      # workers and chats');
    expect(fs.existsSync(draft)).toBe(false);
  });

  it("runs an editor with arguments, $VISUAL before $EDITOR", async () => {
    const env = { ...place.env, EDITOR: "false", VISUAL: "sed -i -e 's/gpt-5.5/gpt 6/;s/gpt 6/gpt-6/'" };
    const ended = await run(process.execPath, [program, "profile", "edit", "cod"], {
      cwd: place.project,
      env,
    });
    expect(ended.status).toBe(0);
    expect(text()).toContain("codex:gpt-6");
  });

  it("says so when nothing was changed", async () => {
    const before = fs.statSync(profile);
    expect(await edit("true")).toMatchObject({ status: 4, stderr: "codex is unchanged\n" });
    expect(fs.statSync(profile).ino).toBe(before.ino);
    expect(fs.existsSync(draft)).toBe(false);
  });

  it("keeps a bad text beside the profile, says where and what is wrong, and goes on with it next time", async () => {
    const before = text();
    const refused = await edit("sed -i 's/^model = .*/model = /'");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${draft}:6`);
    expect(refused.stderr).toContain(`what you typed is kept in ${draft}`);
    expect(text()).toBe(before);
    expect(fs.readFileSync(draft, "utf8")).toContain("model = \n");

    const mended = await edit(`sed -i 's/^model = $/model = "codex:mended"/'`);
    expect(mended).toMatchObject({ status: 0, stderr: expect.stringContaining("going on with") });
    expect(text()).toContain('model = "codex:mended"');
    expect(fs.existsSync(draft)).toBe(false);
  });

  it("keeps what was typed when the editor fails", async () => {
    const before = text();
    const refused = await edit("sh -c 'echo typed >> \"$1\"; exit 3' sh");
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(draft) });
    expect([text(), fs.readFileSync(draft, "utf8")]).toEqual([before, `${before}typed\n`]);
  });

  it("overwrites nothing that somebody else wrote meanwhile", async () => {
    const refused = await edit(`sh -c 'echo "# theirs" >> ${profile}; echo "# mine" >> "$1"' sh`);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("changed by somebody else") });
    expect(text()).toContain("# theirs");
    expect(fs.readFileSync(draft, "utf8")).toContain("# mine");
  });

  it("of the active profile is what runs next, and keeps its symlink", async () => {
    const target = path.join(place.home, "dotfiles.toml");
    fs.renameSync(profile, target);
    fs.symlinkSync(target, profile);
    await place.wg("profile", "use", "codex", "--no-check");
    const { stderr } = await edit("sed -i s/gpt-5.5/gpt-6/");
    expect(stderr).toContain("the next dispatch uses codex:gpt-6");
    expect(fs.lstatSync(profile).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(target, "utf8")).toContain("gpt-6");
  });

  it("needs an editor where nobody sits at a terminal", async () => {
    expect(await edit("")).toMatchObject({ status: 1, stderr: expect.stringContaining("export EDITOR") });
  });

  it("answers with one envelope", async () => {
    const { stdout } = await edit("sed -i s/gpt-5.5/gpt-6/", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, profile: "codex", changed: true });
    expect(JSON.parse((await edit("true", "--json")).stdout)).toMatchObject({
      profile: "codex",
      changed: false,
    });
  });
});

describe("wg profile edit at a terminal", () => {
  it("shows what is wrong and opens the editor again, until it is good", async () => {
    // The first time the editor breaks the file, the second time it mends it.
    const editor = path.join(place.home, "editor");
    fs.writeFileSync(
      editor,
      `#!/bin/sh
if [ -e ${place.home}/seen ]; then sed -i 's/^model = $/model = "codex:mended"/' "$1"; exit; fi
touch ${place.home}/seen
sed -i '0,/^model = .*/s//model = /' "$1"
`,
      { mode: 0o755 },
    );
    const ended = await atTerminal(
      `EDITOR=${editor} ${process.execPath} ${program} profile edit codex`,
      "y\n",
    );
    expect(ended.stdout).toContain(`${draft}:6`);
    expect(ended.stdout).toContain("open it again? [Y/n]");
    expect(text()).toContain('model = "codex:mended"');
    expect(fs.existsSync(draft)).toBe(false);
  });

  it("keeps the draft when the person gives up", async () => {
    const before = text();
    const editor = "sed -i 's/^model = .*/model = /'";
    const ended = await atTerminal(
      `EDITOR="${editor}" ${process.execPath} ${program} profile edit codex`,
      "n\n",
    );
    expect(ended.stdout).toContain(`what you typed is kept in ${draft}`);
    expect([text(), fs.existsSync(draft)]).toEqual([before, true]);
  });
});

/** Runs a command at a pseudo-terminal; what it shows is in stdout. */
function atTerminal(command: string, input: string): Promise<Ended> {
  const script =
    process.platform === "darwin" ? ["-q", "/dev/null", "sh", "-c", command] : ["-qec", command, "/dev/null"];
  return run("script", script, { cwd: place.project, env: place.env, input });
}
