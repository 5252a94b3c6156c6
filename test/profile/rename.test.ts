// `wg profile copy` and `wg profile rename` as a person meets them.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlaceHere } from "../support/here.ts";
import type { Place } from "../support/wg.ts";

let place: Place;
beforeEach(async () => {
  place = makePlaceHere();
  await place.wg("profile", "list");
});
afterEach(() => place.remove());

const wg = (...args: string[]) => place.wg("profile", ...args);

function text(name: string): string {
  return fs.readFileSync(path.join(place.home, ".wg", "profiles", `${name}.toml`), "utf8");
}

describe("wg profile copy", () => {
  it("writes the same bytes under another name, and says what it is", async () => {
    const { status, stdout, stderr } = await wg("copy", "cl", "cheap");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "cheap\n" });
    expect(stderr).toMatch(/^copied claude to .*cheap\.toml; it is cheap@[0-9a-f]{12} now\n$/);
    expect(text("cheap")).toBe(text("claude"));
  });

  it("replaces only when told to, and refuses what could not be used", async () => {
    const before = text("codex");
    expect(await wg("copy", "claude", "codex")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is a profile "codex" already'),
    });
    expect(text("codex")).toBe(before);
    expect((await wg("copy", "claude", "codex", "--force", "--json")).status).toBe(0);
    expect(text("codex")).toBe(text("claude"));
    fs.writeFileSync(path.join(place.home, ".wg", "profiles", "bad.toml"), "agent.model =\n");
    const bad = await wg("copy", "bad", "worse");
    expect(bad).toMatchObject({ status: 1, stderr: expect.stringContaining("bad.toml:1") });
  });
});

describe("wg profile rename", () => {
  it("is followed by the pointer, and says by whom else", async () => {
    await wg("use", "wgnext", "--no-check");
    fs.writeFileSync(path.join(place.home, ".wg", "profiles", "more.toml"), 'extends = "wgnext" # so\n');
    const { status, stdout, stderr } = await wg("rename", "wgnext", "home");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "home\n" });
    expect(stderr).toMatch(/^renamed wgnext to home; .*active-profile names it so; so does more\n$/);
    expect((await wg("current")).stdout).toBe("home\n");
    expect(text("more")).toBe('extends = "home" # so\n');
  });

  it("prints an envelope, and warns of a variable that still has the old name", async () => {
    place.env["WG_PROFILE"] = "codex";
    const { stdout } = await wg("rename", "codex", "deep", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      from: "codex",
      to: "deep",
      pointers: [],
      followers: [],
      services: [],
      notes: ["in this shell WG_PROFILE still names codex"],
    });
  });
});
