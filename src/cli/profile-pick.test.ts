// Picking at a terminal that is none: keys go in, lines come out, and the order of the names.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf } from "../base/home.ts";
import { loadNamed } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { inOrderOfUse, pickProfile } from "./profile-pick.ts";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-pick-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Picks with these keys, each sent once something was drawn for it. */
async function picked(...keys: string[]): Promise<{ status: number; shown: string; raw: boolean[] }> {
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  let shown = "";
  stderr.on("data", (chunk) => {
    shown += String(chunk);
    const key = String(chunk).includes("profile:") ? keys.shift() : undefined;
    if (key !== undefined) stdin.write(key);
  });
  const io: Io = {
    env: { WG_HOME: path.join(root, "home"), NO_COLOR: "1" },
    cwd: root,
    stdin,
    stdout: Object.assign(new PassThrough().resume(), { isTTY: true, columns: 120, rows: 20 }),
    stderr,
    now: () => new Date("2026-11-23T12:00:00Z"),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  await pickProfile(io);
  return { status: io.status, shown, raw };
}

it("shows every profile with what it runs, the active one marked", async () => {
  const { shown } = await picked("\u001b");
  expect(shown).toContain(">   claude  claude:opus\r\n    codex   codex:gpt-5.5\r\n");
  expect(shown).toContain("  * base    claude:opus\r\n");
});

it("shows what the last check said, how old that is, and whether it still holds", async () => {
  const home = path.join(root, "home");
  const { revision } = loadNamed({ home: homeOf({ WG_HOME: home }), env: {} }, undefined);
  const last = (at: string, verdict: string, of = revision) => ({ at, verdict, revision: of });
  const checks = {
    base: last("2026-11-23T11:56:00Z", "no"),
    claude: last("2026-11-20T11:56:00Z", "yes", "000000000000"),
  };
  fs.mkdirSync(home);
  fs.writeFileSync(path.join(home, "last-checks.json"), JSON.stringify(checks));
  const { shown } = await picked("\u001b");
  expect(shown).toContain("base    claude:opus            would not work (checked 4m ago)\r\n");
  expect(shown).toContain("works (checked 3d ago, before it was changed)\r\n");
});

it("switches to what was picked, and leaves the terminal as it was", async () => {
  const { status, raw } = await picked("ba", "\r");
  expect({ status, raw }).toEqual({ status: 0, raw: [true, false] });
});

it("given up, exits with 4 and changes nothing", async () => {
  for (const key of ["\u001b", "\u0003"]) {
    const { status, shown, raw } = await picked("c", key);
    expect({ status, raw }).toEqual({ status: 4, raw: [true, false] });
    expect(shown).toMatch(/nothing was picked\n$/);
  }
  expect(fs.existsSync(path.join(root, "home", "active-profile"))).toBe(false);
});

it("the last used come first, then the others by name, base at the end where it was not used", () => {
  expect(inOrderOfUse(["a", "b", "c"], ["b", "gone", "c", "b"])).toEqual(["b", "c", "a", "base"]);
  expect(inOrderOfUse(["a", "b"], ["b", "base"])).toEqual(["base", "b", "a"]);
});
