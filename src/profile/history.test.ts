// The history under crashes and growth, and what previous and undo find in it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { type Home, homeOf, projectAt } from "../base/home.ts";
import {
  lastStanding,
  previousName,
  readSwitches,
  recordSwitch,
  type Switch,
  type SwitchKind,
  settleHistory,
  switchesOf,
} from "./history.ts";
import { pointAt } from "./pointer.ts";

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

const add = (switched: Switch): void => {
  expect(recordSwitch(home, switched, () => {})).toBeUndefined();
};

describe("the history", () => {
  it("is empty before the first switch", () => {
    expect(readSwitches(home)).toEqual([]);
  });

  it("gives back what was added, oldest first", () => {
    const entries = [entry("base", "a"), { ...entry("a", "b"), project: "/p" }, entry("a", "c")];
    for (const one of entries) add(one);
    expect(readSwitches(home)).toEqual(entries);
    expect(switchesOf(entries, undefined).map(({ to }) => to)).toEqual(["a", "c"]);
    expect(switchesOf(entries, "/p").map(({ to }) => to)).toEqual(["b"]);
  });

  it("loses only a torn last line, never the one written after it, and is whole lines again then", () => {
    const whole = JSON.stringify(entry("a", "b"));
    for (const torn of ['{"at":"2026-11-23T12:0', '{"by":{"user":"\u00fc', whole.slice(0, -1)]) {
      fs.rmSync(home.history, { force: true });
      add(entry("base", "a"));
      fs.appendFileSync(home.history, Buffer.from(torn).subarray(0, -1));
      add(entry("a", "c"));
      expect(readSwitches(home).map(({ to }) => to)).toEqual(["a", "c"]);
      expect(fs.readFileSync(home.history, "utf8").split("\n")).toHaveLength(3);
    }
  });

  it("keeps a last line that lacks nothing but its end", () => {
    fs.writeFileSync(home.history, JSON.stringify(entry("base", "a")));
    add(entry("a", "b"));
    expect(readSwitches(home).map(({ to }) => to)).toEqual(["a", "b"]);
  });

  it("takes away no end that is too long to be a line of its own", () => {
    fs.writeFileSync(home.history, "x".repeat(300_000));
    add(entry("a", "b"));
    expect(fs.statSync(home.history).size).toBeGreaterThan(300_000);
    expect(readSwitches(home).map(({ to }) => to)).toEqual(["b"]);
  });

  it("skips lines that are no switch", () => {
    fs.writeFileSync(home.history, 'garbage\n[]\n{"at":1}\n{"at":"x","from":"a","to":"b","kind":"odd"}\n');
    expect(readSwitches(home)).toEqual([]);
  });

  it("reads a bounded part of a very long file, from its end", () => {
    const line = JSON.stringify(entry("a", "b"));
    fs.writeFileSync(home.history, `${line}\n`.repeat(20_000));
    add(entry("b", "last"));
    const entries = readSwitches(home);
    expect(entries.at(-1)?.to).toBe("last");
    expect(entries.length).toBeLessThan(5000);
  });

  it("is made readable by its owner alone", () => {
    add(entry("base", "a"));
    expect(fs.statSync(home.history).mode & 0o777).toBe(0o600);
  });
});

describe("a switch that was cut off", () => {
  /** What is left when the power of a process is cut just before a step of its switch. */
  function cutOff(switched: Switch, before: "move" | "line" | "end"): void {
    const history = before === "end" ? undefined : fs.existsSync(home.history);
    const text = history ? fs.readFileSync(home.history) : undefined;
    recordSwitch(home, switched, () => {
      if (before !== "move") pointAt(home.pointer, switched.to);
      fs.copyFileSync(home.pending, `${home.pending}.kept`);
    });
    if (text !== undefined) fs.writeFileSync(home.history, text);
    else if (history === false) fs.rmSync(home.history);
    fs.renameSync(`${home.pending}.kept`, home.pending);
  }

  beforeEach(() => {
    pointAt(home.pointer, "a");
    add(entry("base", "a"));
  });
  const arrivals = () => readSwitches(home).map(({ to }) => to);

  it.each([
    ["before its pointer moved never was", "move", ["a"]],
    ["before it had its line has it all the same", "line", ["a", "b"]],
    ["with its line written has it once", "end", ["a", "b"]],
  ] as const)("%s", (_, before, known) => {
    cutOff(entry("a", "b"), before);
    expect(arrivals()).toEqual(known);
    settleHistory(home);
    expect(arrivals()).toEqual(known);
    expect(fs.existsSync(home.pending)).toBe(false);
    expect(fs.readFileSync(home.history, "utf8").trimEnd().split("\n")).toHaveLength(known.length);
  });

  it("and left half a line has the whole of it", () => {
    cutOff(entry("a", "b"), "line");
    fs.appendFileSync(home.history, '{"at":"20');
    settleHistory(home);
    expect(arrivals()).toEqual(["a", "b"]);
  });

  it("of a project is held against the pointer of that project", () => {
    const project = projectAt(path.join(home.root, "shop"));
    pointAt(project.pointer, "b");
    cutOff({ ...entry("none", "c"), project: project.root }, "move");
    expect(arrivals()).toEqual(["a"]);
    pointAt(project.pointer, "c");
    expect(arrivals()).toEqual(["a", "c"]);
  });

  it("is settled to nothing where its own record was cut off", () => {
    for (const text of ["", '{"at":', "[]\n", '{"at":"x","kind":"rename","from":"a","to":"a"}\n']) {
      fs.writeFileSync(home.pending, text);
      settleHistory(home);
      expect(arrivals()).toEqual(["a"]);
      expect(fs.existsSync(home.pending)).toBe(false);
    }
  });

  it("waits for a history that can be written", () => {
    cutOff(entry("a", "b"), "line");
    fs.renameSync(home.history, `${home.history}.mine`);
    fs.mkdirSync(home.history);
    settleHistory(home);
    fs.rmdirSync(home.history);
    fs.renameSync(`${home.history}.mine`, home.history);
    settleHistory(home);
    expect(arrivals()).toEqual(["a", "b"]);
  });
});

describe("a switch whose history cannot be written", () => {
  it("is made, answers why, and is in it once it can", () => {
    fs.mkdirSync(home.history);
    const problem = recordSwitch(home, entry("base", "a"), () => pointAt(home.pointer, "a"));
    expect(problem?.code).toMatch(/^(cannot-write|bad-file)$/);
    fs.rmdirSync(home.history);
    expect(readSwitches(home).map(({ to }) => to)).toEqual(["a"]);
  });

  it("whose pointer cannot be moved leaves nothing", () => {
    const move = () => {
      throw new WgError("cannot-write", "no");
    };
    expect(() => recordSwitch(home, entry("base", "a"), move)).toThrow("no");
    expect(fs.readdirSync(home.root)).toEqual([]);
  });

  it("whose pointer was moved before something went wrong is in it", () => {
    const move = () => {
      pointAt(home.pointer, "a");
      throw new WgError("cannot-write", "no");
    };
    expect(() => recordSwitch(home, entry("base", "a"), move)).toThrow("no");
    expect(fs.readFileSync(home.history, "utf8")).toContain('"to":"a"');
    expect(fs.existsSync(home.pending)).toBe(false);
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
