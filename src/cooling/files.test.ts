// What cools is on disk, for every process of the machine, and a broken file keeps nobody from work.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { processMark } from "../base/process.ts";
import { type Cooling, cooled } from "./cooling.ts";
import { beginProbe, changeCooling, endProbe, mayCool, readCoolings, takeProbe } from "./files.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const later = new Date("2026-11-23T12:02:00.000Z");
const where = "claude's own login";

describe("what cools", () => {
  let root: string;
  let place: { home: ReturnType<typeof homeOf>; project: ReturnType<typeof projectAt> };
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-cooling-"));
    place = { home: homeOf({ WG_HOME: path.join(root, "home") }), project: projectAt(path.join(root, "p")) };
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const cool = (destination = where) => {
    const failure = { class: "quota", message: "used up" } as const;
    const by = { run: "r-1", project: place.project.root, profile: "claude" };
    return changeCooling(place, destination, (before) =>
      cooled(before, { destination, startedAt: now, failure, by }, now),
    );
  };
  const probe = (run: string) => ({ run, project: "/p", at: later.toISOString() });
  const kept = (): Cooling | undefined => readCoolings(place, now).list[0];

  it("is nothing at first, and then a small file that only its owner can read", () => {
    expect(readCoolings(place, now)).toMatchObject({ list: [], mark: "[]" });
    expect(mayCool(place)).toBe(false);
    expect(cool()).toBeUndefined();
    const [name = ""] = fs.readdirSync(place.home.cooling);
    expect(fs.statSync(path.join(place.home.cooling, name)).mode & 0o777).toBe(0o600);
    expect(readCoolings(place, now).standing(where).kind).toBe("cooling");
    expect(readCoolings(place, now).standing("elsewhere").kind).toBe("free");
    expect(readCoolings(place, now).standing(undefined).kind).toBe("free");
  });

  it("takes the folder with it when the last one is free", () => {
    cool();
    cool("codex's own login");
    changeCooling(place, where, () => undefined);
    expect(mayCool(place)).toBe(true);
    changeCooling(place, "codex's own login", () => undefined);
    expect(mayCool(place)).toBe(false);
  });

  it("is tried by one run when it has rested, and by the next when that has ended", () => {
    cool();
    expect(takeProbe(place, where, probe("r-2"), now)).toBe(false);
    const rested = readCoolings(place, later).mark;
    expect(takeProbe(place, where, probe("r-2"), later)).toBe(true);
    expect(takeProbe(place, where, probe("r-3"), later)).toBe(false);
    expect(readCoolings(place, later).mark).not.toBe(rested);
    endProbe(place, where, "r-3");
    expect(kept()?.probe?.run).toBe("r-2");
    endProbe(place, where, "r-2");
    expect(takeProbe(place, where, probe("r-3"), later)).toBe(true);
  });

  it("is tried by another when the process that tried it is gone", () => {
    cool();
    takeProbe(place, where, probe("r-2"), later);
    const own = processMark(process.pid);
    if (own === undefined) throw new Error("no mark");
    beginProbe(place, where, "r-2", own);
    expect(takeProbe(place, where, probe("r-3"), later)).toBe(false);
    beginProbe(place, where, "r-2", { ...own, started: "another" });
    expect(takeProbe(place, where, probe("r-3"), later)).toBe(true);
  });

  it("is kept in the project where the home takes nothing, and forgotten there too", () => {
    fs.mkdirSync(place.home.root, { recursive: true });
    fs.writeFileSync(place.home.cooling, "");
    expect(cool()).toBeUndefined();
    expect(fs.readdirSync(place.project.cooling)).toHaveLength(1);
    expect(readCoolings(place, now).standing(where).kind).toBe("cooling");
    changeCooling(place, where, () => undefined);
    expect(readCoolings(place, now).list).toEqual([]);
  });

  it.each(["", "{", '{"destination":3}', '{"destination":"x","class":"quota"}', "\u0000"])(
    "is not what a file holds that says %j",
    (text) => {
      fs.mkdirSync(place.home.cooling, { recursive: true });
      fs.writeFileSync(path.join(place.home.cooling, "0123456789abcdef.json"), text);
      expect(readCoolings(place, now).list).toEqual([]);
    },
  );
});
