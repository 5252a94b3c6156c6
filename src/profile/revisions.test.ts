// Kept revisions: written once, found by their beginning, believed only while they hold what their name says.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { loadSettings } from "./load.ts";
import { keepRevision, requireRevision } from "./revisions.ts";
import type { Where } from "./where.ts";

const refusal = (code: string) => expect.objectContaining({ code });
let root: string;
let where: Where;
let settings: Settings;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-revisions-"));
  where = {
    home: homeOf({ WG_HOME: path.join(root, "home") }),
    project: projectAt(path.join(root, "p")),
    env: {},
  };
  settings = loadSettings(where).settings;
});
afterEach(() => fs.rmSync(root, { recursive: true }));

describe("a revision", () => {
  it("is found by its name or the beginning of it, as it was kept, for its owner alone", () => {
    expect(keepRevision(where, settings)).toBeUndefined();
    const kept = requireRevision(where, settings.revision.slice(0, 4));
    expect(kept).toEqual({
      revision: settings.revision,
      bundle: settings.bundle,
      path: path.join(where.home.revisions, `${settings.revision}.json`),
    });
    expect(fs.statSync(kept.path).mode & 0o777).toBe(0o600);
  });

  it("is written once", () => {
    keepRevision(where, settings);
    const { path: file } = requireRevision(where, settings.revision);
    const before = fs.statSync(file);
    keepRevision(where, settings);
    expect(fs.statSync(file).ino).toBe(before.ino);
    expect(fs.readdirSync(where.home.revisions)).toHaveLength(1);
  });

  it("is kept in the project where the home cannot be written, and told where neither can", () => {
    fs.writeFileSync(where.home.root, "in the way");
    expect(keepRevision(where, settings)).toBeUndefined();
    const { path: file } = requireRevision(where, settings.revision);
    expect(path.dirname(file)).toBe(where.project?.revisions);
    expect(keepRevision({ home: where.home }, settings)).toEqual(refusal("cannot-write"));
  });

  it.each(["", "fffffffffff0", "../config", "none"])(
    "of the name %j is refused where none is kept",
    (name) => {
      keepRevision(where, settings);
      expect(() => requireRevision(where, name)).toThrow(refusal("no-revision"));
    },
  );

  it("is refused by a beginning that several have", () => {
    keepRevision(where, settings);
    const [first = ""] = settings.revision;
    const other = `${first}${settings.revision.slice(1, 11)}${settings.revision.endsWith("0") ? "1" : "0"}`;
    fs.writeFileSync(path.join(where.home.revisions, `${other}.json`), "{}");
    expect(() => requireRevision(where, first)).toThrow(refusal("ambiguous-revision"));
    expect(requireRevision(where, settings.revision).revision).toBe(settings.revision);
  });

  it("is refused once its file was changed", () => {
    keepRevision(where, settings);
    fs.appendFileSync(path.join(where.home.revisions, `${settings.revision}.json`), " ");
    expect(() => requireRevision(where, settings.revision)).toThrow(refusal("bad-revision"));
  });
});
