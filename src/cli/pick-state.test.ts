// Keys, and what they make of a choice.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Choice,
  fittingChoices,
  type Key,
  keysIn,
  type PickState,
  pickLines,
  pressed,
  startPick,
} from "./pick-state.ts";

const choices: Choice[] = ["claude", "codex", "wgnext", "my-codex"].map((name) => ({
  name,
  active: name === "codex",
  about: () => ({ route: `runs ${name}`, checked: name === "claude" ? "works" : "" }),
}));

/** The state after these keys were pressed; the outcome where they ended the choice. */
function outcome(sent: string): PickState | string {
  let state = startPick(choices);
  for (const key of keysIn(sent)) {
    const picked = pressed(state, key);
    if (picked.kind === "picked") return picked.name;
    if (picked.kind === "left") return "left";
    state = picked.state;
  }
  return state;
}

const up = "\u001b[A";
const down = "\u001b[B";

describe("picking", () => {
  it("begins at the first, and Enter takes it", () => expect(outcome("\r")).toBe("claude"));

  it("goes up and down with the arrows, and round at the ends", () => {
    expect(outcome(`${down}${down}\r`)).toBe("wgnext");
    expect(outcome(`${up}\r`)).toBe("my-codex");
    expect(outcome(`${up}${down}\r`)).toBe("claude");
    expect(outcome("\u001bOB\r")).toBe("codex");
  });

  it("takes what is typed as part of a name, those that begin with it first", () => {
    expect(outcome("cod\r")).toBe("codex");
    expect(outcome(`COD${down}\r`)).toBe("my-codex");
    expect(outcome("codx\u007fe\r")).toBe("codex");
    expect(outcome("codx\u0015w\r")).toBe("wgnext");
  });

  it("does nothing on Enter where nothing fits", () =>
    expect(outcome("zz\r")).toMatchObject({ filter: "zz" }));

  it.each([
    ["Esc", "\u001b"],
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("is given up by %s", (_, key) => expect(outcome(`w${down}${key}`)).toBe("left"));

  it("reads past keys that mean nothing", () => {
    expect(keysIn("\u001b[5~\u001b[1;5Cé\u0001")).toEqual([]);
    expect(keysIn("a\u001b[B\r")).toEqual([{ kind: "text", text: "a" }, { kind: "down" }, { kind: "enter" }]);
  });

  it("stays on one that fits, whatever is pressed, and never shows more than there is room for", () => {
    const key = fc.oneof(
      fc.constantFrom<Key[]>({ kind: "up" }, { kind: "down" }, { kind: "erase" }, { kind: "clear" }),
      fc.constantFrom("c", "o", "x", "-").map((text): Key => ({ kind: "text", text })),
    );
    fc.assert(
      fc.property(fc.array(key), fc.integer({ min: 1, max: 6 }), (keys, rows) => {
        let state = startPick(choices);
        for (const each of keys) {
          const picked = pressed(state, each);
          if (picked.kind === "picking") state = picked.state;
        }
        const fitting = fittingChoices(state);
        expect(state.at).toBeLessThan(Math.max(1, fitting.length));
        const lines = pickLines(state, 20, rows);
        expect(lines.length).toBeLessThanOrEqual(rows + 2);
        expect(lines.every((line) => line.length < 20)).toBe(true);
        if (fitting.length > 0) expect(lines.filter((line) => line.startsWith(">"))).toHaveLength(1);
      }),
    );
  });
});

it("shows which is active and which is chosen", () => {
  expect(pickLines({ ...startPick(choices), at: 2 }, 80, 10)).toEqual([
    "profile:",
    "    claude    runs claude    works",
    "  * codex     runs codex",
    ">   wgnext    runs wgnext",
    "    my-codex  runs my-codex",
  ]);
  expect(pickLines({ ...startPick(choices), filter: "q" }, 80, 10)).toEqual([
    "profile: q",
    "  no profile fits",
  ]);
});
