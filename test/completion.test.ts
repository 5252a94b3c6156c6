// Completion as shells ask for it: what may come next, through bash itself, and through fish and zsh where they are.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePlace, type Place, program } from "./support/wg.ts";

let place: Place;
let env: Record<string, string>;
beforeAll(async () => {
  place = makePlace();
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin);
  fs.writeFileSync(path.join(bin, "wg"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  env = { ...place.env, PATH: `${bin}:${place.env["PATH"]}` };
  await place.wg("profile", "list");
  await place.wg("init");
  await place.wg("add", "Paint: the 'shed'", "--id", "paint");
  await place.wg("add", "Dig", "--id", "dig");
});
afterAll(() => place.remove());

/** The candidates for words after `wg`; the last is the one being typed. */
async function values(...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await place.wg("complete", "--", ...words);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

describe("wg complete", () => {
  it("knows commands, verbs and options, and none that are hidden", async () => {
    expect(await values("comp")).toEqual(["completion"]);
    expect(await values("profile", "re")).toEqual(["rename"]);
    expect(await values("profile", "use", "--cl")).toEqual(["--clear"]);
    expect(await values("help", "prof")).toEqual(["profile"]);
    expect(await values("worker")).toEqual([]);
  });

  it("knows the names of profiles, tasks, presets, keys and shells", async () => {
    expect(await values("profile", "use", "")).toEqual(["claude", "codex", "wgnext", "base"]);
    expect(await values("profile", "delete", "c")).toEqual(["claude", "codex"]);
    expect(await values("profile", "create", "")).toEqual([]);
    expect(await values("profile", "create", "x", "--from", "w")).toEqual(["wgnext"]);
    expect(await values("service", "start", "--profile", "cod")).toEqual(["codex"]);
    expect(await values("done", "p")).toEqual(["paint"]);
    expect(await values("add", "x", "--after", "d")).toEqual(["dig"]);
    expect(await values("add", "x", "--id", "d")).toEqual([]);
    expect(await values("profile", "set", "codex", "agent.mo")).toEqual(["agent.model"]);
    expect(await values("completion", "f")).toEqual(["fish"]);
    expect(await values("profile", "create", "x", "--preset", "deep")).toEqual(["deepseek"]);
  });

  it("takes options as values are written, together or apart, and leaves other programs alone", async () => {
    expect(await values("profile", "env", "--shell=p")).toEqual(["--shell=pwsh"]);
    expect(await values("profile", "env", "--shell", "=", "p")).toEqual(["pwsh"]);
    expect(await values("profile", "env", "--shell", "=")).toHaveLength(4);
    expect(await values("profile", "run", "codex", "claude", "--")).toEqual([]);
    expect(await values("show", "--", "--")).toEqual([]);
  });

  it("says what each is, and a new word can be asked for without an empty one", async () => {
    expect((await place.wg("complete", "--next", "--", "done")).stdout).toContain(
      "paint\tPaint: the 'shed'\n",
    );
  });

  it("is silent where nothing can be looked up", async () => {
    expect(await values("nothing", "x")).toEqual([]);
    fs.mkdirSync(path.join(place.home, "empty"));
    const cwd = path.join(place.home, "empty");
    const said = execFileSync(process.execPath, [program, "complete", "--", "done", ""], {
      cwd,
      env: place.env,
    });
    expect(String(said)).toBe("");
  });
});

describe("bash", () => {
  /** What a tab after these words would bring. */
  function tab(...words: string[]): string[] {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const script = `eval "$(wg completion bash)"; COMP_WORDS=(wg ${quoted}); COMP_CWORD=${words.length}
      _wg_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync("bash", ["--norc", "-c", script], {
      cwd: place.project,
      env,
      encoding: "utf8",
    });
    return output.split("\n").filter((line) => line !== "");
  }

  it("gets them through the lines of wg completion", () => {
    expect(tab("profile", "use", "c")).toEqual(["claude", "codex"]);
    expect(tab("show", "")).toEqual(["paint", "dig"]);
    expect(tab("nothing", "")).toEqual([]);
  });

  it("is registered for wg", () => {
    const script = 'eval "$(wg completion bash)"; complete -p wg';
    expect(execFileSync("bash", ["-c", script], { env, encoding: "utf8" })).toBe(
      "complete -o default -F _wg_complete wg\n",
    );
  });
});

function isHere(shell: string): boolean {
  try {
    execFileSync(shell, ["-c", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

// Reported as skipped where the shell is not installed.
it.skipIf(!isHere("fish"))("fish gets them, with what each is", () => {
  const script = "wg completion fish | source; complete -C 'wg done '; complete -C 'wg profile use c'";
  const output = execFileSync("fish", ["--no-config", "-c", script], {
    cwd: place.project,
    env,
    encoding: "utf8",
  });
  expect(output).toBe("dig\tDig\npaint\tPaint: the 'shed'\nclaude\ncodex\n");
});

it.skipIf(!isHere("zsh"))("zsh gets them, with colons kept apart from what each is", () => {
  const script = `compdef() {}; _describe() { print -l -- $found }; _files() { print files }
    eval "$(wg completion zsh)"; words=(wg done ''); CURRENT=3; _wg; words=(wg profile use c); CURRENT=4; _wg
    words=(wg nothing ''); CURRENT=3; _wg`;
  const output = execFileSync("zsh", ["-f", "-c", script], { cwd: place.project, env, encoding: "utf8" });
  expect(output).toBe("paint:Paint: the 'shed'\ndig:Dig\nclaude\ncodex\nfiles\n");
});

it("pwsh, which is not here to be asked, gets lines whose brackets and quotes close and whose variables are all set", async () => {
  const script = (await place.wg("completion", "pwsh")).stdout;
  // Nothing in them may mean something else than it says: no here-strings, no escapes, no text that is expanded.
  expect(script).not.toMatch(/["`]|@'/);
  const code = script.replace(/'[^']*'/g, "text");
  expect(code).not.toContain("'");
  expect(openBrackets(code)).toBe("");
  const set = [
    "wordToComplete",
    "commandAst",
    "cursorPosition",
    "words",
    "next",
    "value",
    "about",
    "_",
    "null",
  ];
  expect(
    [...code.matchAll(/[$@](\w+)/g)].map(([, name]) => name).filter((name) => !set.includes(name ?? "")),
  ).toEqual([]);
  // A list of one is a text in PowerShell, and a text is passed letter by letter, unless it is held in @().
  for (const [, name] of code.matchAll(/ @(\w+)/g)) expect(code).toContain(`$${name} = @(`);
});

/** The brackets that were opened and not closed, innermost last. */
function openBrackets(code: string): string {
  const closers: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  return [...code.replace(/[^()[\]{}]/g, "")].reduce(
    (open, bracket) =>
      closers[bracket] && open.endsWith(closers[bracket]) ? open.slice(0, -1) : open + bracket,
    "",
  );
}
