// What agents have been: kept once, in order, with what changed, and believed only while it is what its hash says.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { differenceText } from "./difference.ts";
import { hashOf, type Identity, type Keeper, type Place } from "./identity.ts";
import { findContent, keepVersion, keptNames, lineageOf, requireContent } from "./versions.ts";

const refusal = (code: string) => expect.objectContaining({ code });
let root: string;
let place: Required<Place>;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-versions-"));
  place = { home: homeOf({ WG_HOME: path.join(root, "home") }), project: projectAt(path.join(root, "p")) };
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function identity(skills: string[], from: Keeper = "project", name = "a"): Identity {
  const content = {
    role: { description: "d", skills },
    tradeoff: { first: ["f"], acceptable: [], never: [] },
  };
  const at = "/nowhere/a.toml";
  return {
    ...content,
    hash: hashOf(content),
    name,
    description: "d",
    from,
    path: at,
    rolePath: at,
    tradeoffPath: at,
  };
}

const minute = (count: number) => new Date(Date.UTC(2026, 0, 1, 0, count));

it("a lineage has each version in order, with its parent, when it came and what it changed", () => {
  keepVersion(place, identity(["a"]), "create", minute(0));
  keepVersion(place, identity(["a"]), "use", minute(1));
  keepVersion(place, identity(["b"]), "edit", minute(2));
  keepVersion(place, identity(["a"]), "use", minute(3));
  const lineage = lineageOf(place, "a", "project");
  const [one, two] = [identity(["a"]).hash, identity(["b"]).hash];
  expect(lineage.map(({ at, hash, parent, by }) => [at.slice(14, 16), hash, parent, by])).toEqual([
    ["00", one, undefined, "create"],
    ["02", two, one, "edit"],
    ["03", one, two, "use"],
  ]);
  expect(lineage.map(({ changes }) => changes.map(differenceText))).toEqual([
    [],
    ["role.skills: +b -a"],
    ["role.skills: +a -b"],
  ]);
});

it("a content is found by its hash or the beginning of it, with those who had it, also after they are gone", () => {
  const { hash, role, tradeoff } = identity(["a"]);
  keepVersion(place, identity(["a"]), "use", minute(0));
  keepVersion(place, identity(["a"], "home", "b"), "use", minute(0));
  expect(requireContent(place, hash.slice(0, 8))).toEqual({
    hash,
    content: { role, tradeoff },
    names: ["a", "b"],
  });
  expect(requireContent(place, hash).hash).toBe(hash);
  expect(() => requireContent(place, "ffffffff")).toThrow(refusal("no-identity"));
  keepVersion(place, identity(["b"]), "use", minute(1));
  expect(() => requireContent(place, "")).toThrow(refusal("ambiguous-identity"));
});

it("a content that was changed since is no proof", () => {
  const { hash } = identity(["a"]);
  keepVersion(place, identity(["a"]), "use", minute(0));
  const file = path.join(place.project.identities, `${hash}.json`);
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"a"', '"b"'));
  expect(findContent(place, hash)).toBeUndefined();
  expect(() => requireContent(place, hash)).toThrow(refusal("no-identity"));
});

it("a content that was lost is written again at the next use", () => {
  keepVersion(place, identity(["a"]), "use", minute(0));
  fs.rmSync(path.join(place.project.identities, `${identity(["a"]).hash}.json`));
  keepVersion(place, identity(["a"]), "use", minute(1));
  expect(findContent(place, identity(["a"]).hash)).toBeDefined();
  expect(lineageOf(place, "a", "project")).toHaveLength(1);
});

it("the user's own are kept in the home, in the project where that cannot be written, and told where neither can", () => {
  keepVersion(place, identity(["a"], "home"), "use", minute(0));
  expect(fs.readdirSync(place.home.identities)).toHaveLength(2);
  expect(lineageOf(place, "a", "project")).toEqual([]);
  expect(keptNames(place)).toEqual([{ name: "a", from: "home" }]);
  const blocked = { ...place, home: homeOf({ WG_HOME: path.join(root, "file") }) };
  fs.writeFileSync(path.join(root, "file"), "in the way");
  expect(keepVersion(blocked, identity(["b"], "home"), "use", minute(1))).toBeUndefined();
  expect(lineageOf(blocked, "a", "home")).toHaveLength(1);
  expect(keepVersion({ home: blocked.home }, identity(["c"], "home"), "use", minute(2))).toEqual(
    refusal("cannot-write"),
  );
});

it("lines that were cut off or that say something else are passed over", () => {
  keepVersion(place, identity(["a"]), "create", minute(0));
  const file = path.join(place.project.identities, "history.jsonl");
  fs.appendFileSync(
    file,
    '{"at":"2026-01-01T00:00\n{"at":"x","name":"a","from":"project","hash":"1","by":"use"}\nnull\n',
  );
  keepVersion(place, identity(["b"]), "use", minute(1));
  expect(lineageOf(place, "a", "project")).toHaveLength(2);
});

it("a history that cannot be read is told, and stops nothing", () => {
  fs.mkdirSync(path.join(place.project.identities, "history.jsonl"), { recursive: true });
  expect(keepVersion(place, identity(["a"]), "use", minute(0))).toEqual(refusal("bad-file"));
});
