// Templates of `wg profile current --format`.
import { expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { filled, wordsIn } from "./profile-format.ts";

it("a template says what it needs, so that no more is read", () => {
  expect([...wordsIn("on {name}")]).toEqual(["name"]);
  expect([...wordsIn("{route}@{revision} {route}")]).toEqual(["route", "revision"]);
  expect([...wordsIn("{} {NAME} {a b} plain")]).toEqual([]);
});

it("every word is filled in, a text with braces and dollars in it as it is", () => {
  expect(filled("[{name}] {name} {origin} {}", { name: "$&", origin: "{name}" })).toBe("[$&] $& {name} {}");
});

it("what is not known shows as a question mark", () => {
  expect(filled("{name} {route}", { name: "codex" })).toBe("codex ?");
});

it("a word there is not is refused with a guess", () => {
  expect(() => wordsIn("{nmae}")).toThrow(WgError);
  expect(() => wordsIn("{nmae}")).toThrow("a format has no {nmae}");
});
