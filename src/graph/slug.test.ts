// Ids made from titles, and ids that were chosen.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkId, freeId, slugOf } from "./slug.ts";

describe("slugOf", () => {
  it.each([
    ["Write the parser", "write-the-parser"],
    ["  Fix: don't crash (again)!  ", "fix-dont-crash-again"],
    ["Été à l’île", "ete-a-lile"],
    ["Größe, Ångström, Łódź, œuvre", "grosse-angstrom-lodz-oeuvre"],
    ["v2.0 / API_keys", "v2-0-api-keys"],
    ["日本語", "task"],
    ["🎉", "task"],
    ["---", "task"],
    ["1", "1"],
  ])("%s becomes %s", (title, slug) => {
    expect(slugOf(title)).toBe(slug);
  });

  it("cuts at a word within 40 characters", () => {
    expect(slugOf("alpha beta gamma delta epsilon zeta eta theta iota")).toBe(
      "alpha-beta-gamma-delta-epsilon-zeta-eta",
    );
  });

  it("cuts a single long word", () => {
    expect(slugOf("x".repeat(300))).toBe("x".repeat(40));
  });

  it("always makes a valid id, also with a number behind it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (title) => {
        checkId(slugOf(title));
        checkId(`${slugOf(title)}-1000000`);
      }),
    );
  });
});

describe("freeId", () => {
  it("is the slug while nobody has it", () => {
    expect(freeId("a", () => false)).toBe("a");
  });

  it("counts on from what is taken, asking a few times only", () => {
    const taken = new Set(["a", ...Array.from({ length: 99_999 }, (_, index) => `a-${index + 2}`)]);
    let asked = 0;
    const id = freeId("a", (candidate) => {
      asked += 1;
      return taken.has(candidate);
    });
    expect(id).toBe("a-100001");
    expect(asked).toBeLessThan(50);
  });

  it("is never a taken one, whatever was removed in between", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 40 })), (numbers) => {
        const taken = new Set(["a", ...numbers.map((number) => `a-${number}`)]);
        expect(taken.has(freeId("a", (candidate) => taken.has(candidate)))).toBe(false);
      }),
    );
  });
});

describe("checkId", () => {
  it.each(["a", "1", "a.b_c-d", "x".repeat(64)])("takes %s", (id) => {
    expect(() => checkId(id)).not.toThrow();
  });

  it.each([
    "",
    "-a",
    ".a",
    "A",
    "a b",
    "a/b",
    "../a",
    "a\0",
    "a\n",
    "é",
    "x".repeat(65),
    "x".repeat(100_000),
  ])("refuses %j", (id) => {
    expect(() => checkId(id)).toThrow(expect.objectContaining({ code: "bad-id" }));
  });
});
