// The history under crashes and growth, and what previous and undo find in it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, homeOf } from "../base/home.ts";
import {
  appendSwitch,
  lastStanding,
  previousName,
  readSwitches,
  type Switch,
  type SwitchKind,
  switchesOf,
} from "./history.ts";

let home: Home;
beforeEach(() => {
  home = homeOf({ WG_HOME: fs.mkdtempSync(path.join(os.tmpdir(), "wg-history-")) });
});
afterEach(() => fs.rmSync(home.root, { recursive: true }));

function entry(from: string, to: string, kind: SwitchKind = "use"): Switch {
  return {
    at: "2026-11-23T12:00:00.000Z",
    kind,
    from,
    to,
    revision: "0123456789ab",
    by: { pid: 7, user: "u" },
  };
}

describe("the history", () => {
  it("is empty before the first switch", () => {
    expect(readSwitches(home)).toEqual([]);
  });

  it("gives back what was added, oldest first", () => {
    const entries = [entry("base", "a"), { ...entry("a", "b"), project: "/p" }, entry("a", "c")];
    for (const one of entries) appendSwitch(home, one);
    expect(readSwitches(home)).toEqual(entries);
    expect(switchesOf(entries, undefined).map(({ to }) => to)).toEqual(["a", "c"]);
    expect(switchesOf(entries, "/p").map(({ to }) => to)).toEqual(["b"]);
  });

  it("loses only a torn last line, never the one written after it", () => {
    appendSwitch(home, entry("base", "a"));
    fs.appendFileSync(home.history, '{"at":"2026-11-23T12:0');
    appendSwitch(home, entry("a", "b"));
    expect(readSwitches(home).map(({ to }) => to)).toEqual(["a", "b"]);
  });

  it("skips lines that are no switch", () => {
    fs.writeFileSync(home.history, 'garbage\n[]\n{"at":1}\n{"at":"x","from":"a","to":"b","kind":"odd"}\n');
    expect(readSwitches(home)).toEqual([]);
  });

  it("reads a bounded part of a very long file, from its end", () => {
    const line = JSON.stringify(entry("a", "b"));
    fs.writeFileSync(home.history, `${line}\n`.repeat(20_000));
    appendSwitch(home, entry("b", "last"));
    const entries = readSwitches(home);
    expect(entries.at(-1)?.to).toBe("last");
    expect(entries.length).toBeLessThan(5000);
  });

  it("is made readable by its owner alone", () => {
    appendSwitch(home, entry("base", "a"));
    expect(fs.statSync(home.history).mode & 0o777).toBe(0o600);
  });
});

describe("the previous profile", () => {
  it("is unknown without a switch", () => {
    expect(previousName([], "base")).toBeUndefined();
  });

  it("is where the last switch came from", () => {
    expect(previousName([entry("base", "a"), entry("a", "b")], "b")).toBe("a");
  });

  it("survives a switch whose line was lost", () => {
    expect(previousName([entry("base", "a")], "c")).toBe("a");
  });

  it("is never one that a service refused", () => {
    const entries = [entry("base", "a"), entry("a", "bad"), entry("bad", "a", "put-back")];
    expect(previousName(entries, "a")).toBe("base");
  });
});

describe("the switch that undo takes back", () => {
  it("is the last one", () => {
    expect(lastStanding([entry("base", "a"), entry("a", "b")])).toMatchObject({ from: "a", to: "b" });
  });

  it("is the one before, after an undo", () => {
    const entries = [entry("base", "a"), entry("a", "b"), entry("b", "a", "undo")];
    expect(lastStanding(entries)).toMatchObject({ from: "base", to: "a" });
  });

  it("is the same one still, when its undo was refused by a service", () => {
    const entries = [entry("base", "a"), entry("a", "base", "undo"), entry("base", "a", "put-back")];
    expect(lastStanding(entries)).toMatchObject({ from: "base", to: "a" });
  });

  it("goes back through any row of switches to where it began", () => {
    const names = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, (targets) => {
        const entries: Switch[] = [];
        let active = "base";
        for (const to of targets) {
          if (to === active) continue;
          entries.push(entry(active, to));
          active = to;
        }
        for (let last = lastStanding(entries); last !== undefined; last = lastStanding(entries)) {
          expect(last.to).toBe(active);
          entries.push(entry(active, last.from, "undo"));
          active = last.from;
        }
        expect(active).toBe("base");
      }),
    );
  });
});
