// Any switches, in any order and at the same time: what holds whatever they were.
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, homeOf, type Project, projectAt } from "../../src/base/home.ts";
import { readSwitches, type Switch, switchesOf } from "../../src/profile/history.ts";
import { pointerWord, readPointer } from "../../src/profile/pointer.ts";
import { seed } from "../support/drawn.ts";
import { type Ended, makePlace, type Place } from "../support/wg.ts";

let place: Place;
let home: Home;
let project: Project;
beforeEach(async () => {
  place = makePlace();
  home = homeOf(place.env);
  project = projectAt(place.project);
  await place.wg("init");
});
afterEach(() => place.remove());

const word = fc.constantFrom("claude", "codex", "wgnext", "base", "-", "--clear", "undo");

/** The arguments of one switch, for everywhere or for the project alone. */
const anySwitch = fc
  .tuple(word, fc.boolean())
  .map(([to, here]) => [
    ...(to === "undo" ? ["undo"] : ["use", to]),
    ...(to === "--clear" ? [] : ["--no-check"]),
    ...(here ? ["--project"] : []),
  ]);

interface Answer {
  args: string[];
  ended: Ended;
  changed: boolean;
  profile: string;
}

async function switchBy(args: string[]): Promise<Answer> {
  const ended = await place.wg("profile", ...args, "--json");
  const { changed = false, profile = "" } = JSON.parse(ended.stdout);
  return { args, ended, changed, profile };
}

/** Each switch begins where the one before it ended, the last one ended where the pointer is, and none is lost or made up. */
function expectChain(answers: readonly Answer[], known: number): void {
  const entries = readSwitches(home);
  const changes = answers.filter(({ changed }) => changed);
  expect(entries.length - known).toBe(changes.length);
  const arrived = switchesOf(entries.slice(known), undefined).map(({ to }) => to);
  const asked = changes.filter(({ args }) => !args.includes("--project")).map(({ profile }) => profile);
  expect(arrived.sort()).toEqual(asked.sort());
  const scopes = [
    { entries: switchesOf(entries, undefined), pointer: home.pointer, whose: "everywhere" },
    { entries: switchesOf(entries, project.root), pointer: project.pointer, whose: "project" },
  ] as const;
  for (const scope of scopes) {
    const start = scope.whose === "project" ? "none" : "base";
    const arrivals = [start, ...scope.entries.map(({ to }) => to)];
    expect(scope.entries.map(({ from }) => from)).toEqual(arrivals.slice(0, -1));
    expect(pointerWord(readPointer(scope.pointer), scope.whose)).toBe(arrivals.at(-1));
  }
}

/** Named ones always work; going back is refused where there is nothing to go back to. */
function expectDone({ args, ended }: Answer): void {
  const isBack = args.includes("-") || args.includes("undo");
  expect(isBack ? [0, 1, 4] : [0], `${args.join(" ")}: ${ended.stderr}${ended.stdout}`).toContain(
    ended.status,
  );
}

describe(`switches of several processes at once (WG_SEED=${seed} does the same again)`, () => {
  it("leave a state that one of them asked for, and a history that is a chain, whatever they are", async () => {
    let known: Switch[] = [];
    const rounds = fc.sample(fc.array(anySwitch, { minLength: 2, maxLength: 6 }), { numRuns: 10, seed });
    for (const round of rounds) {
      const answers = await Promise.all(round.map(switchBy));
      for (const answer of answers) expectDone(answer);
      expectChain(answers, known.length);
      known = readSwitches(home);
    }
    expect(known.length).toBeGreaterThan(5);
    expect(fs.existsSync(home.pending)).toBe(false);
  });

  it("are undone one by one, back to where it all began", async () => {
    const row = fc.sample(fc.array(word, { minLength: 6, maxLength: 6 }), { numRuns: 1, seed })[0] ?? [];
    const named = row.filter((to) => to !== "undo" && to !== "-");
    for (const to of named) await place.wg("profile", "use", to, ...(to === "--clear" ? [] : ["--no-check"]));
    let last: Ended;
    let undone = 0;
    do {
      last = await place.wg("profile", "undo", "--no-check");
      undone += 1;
    } while (last.status === 0 && undone < 20);
    expect([last.status, last.stderr]).toEqual([4, expect.stringContaining("there is no switch to undo")]);
    expect(readPointer(home.pointer).kind).toBe("absent");
  });
});

describe("a file that others may read", () => {
  it("stays so, and loosens none that is written after it, by it or beside it", async () => {
    const mine = (name: string) => path.join(home.profiles, `${name}.toml`);
    await place.wg("profile");
    fs.chmodSync(mine("codex"), 0o644);
    fs.writeFileSync(home.config, "[agent]\nmax_turns = 9\n", { mode: 0o644 });
    for (const args of [
      ["use", "codex", "--no-check"],
      ["set", "codex", "tiers.fast", "codex:other"],
      ["set", "claude", "tiers.fast", "claude:haiku"],
      ["copy", "codex", "copied"],
      ["create", "made", "--from", "codex"],
      ["rename", "codex", "renamed"],
      ["use", "copied", "--no-check"],
      ["undo", "--no-check"],
      ["use", "--clear"],
    ]) {
      const { status, stderr } = await place.wg("profile", ...args);
      expect(status, `${args.join(" ")}: ${stderr}`).toBe(0);
    }
    await place.wg("config", "set", "--global", "agent.max_turns", "7");
    const open = allFiles(home.root).filter((file) => (fs.statSync(file).mode & 0o077) !== 0);
    expect(open.sort()).toEqual([home.config, mine("renamed")].sort());
    for (const file of open) expect(fs.statSync(file).mode & 0o777).toBe(0o644);
  });
});

function allFiles(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return entry.isFile() ? [file] : [];
  });
}
