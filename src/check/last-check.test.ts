// What is kept of checks: the last of each profile, nothing but its verdict, and never a reason to fail.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf } from "../base/home.ts";
import { lastChecks, rememberChecks } from "./last-check.ts";
import type { ProfileCheck, Verdict } from "./verdict.ts";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-last-"));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const home = () => homeOf({ WG_HOME: root });
const check = (profile: string, verdict: Verdict): ProfileCheck => ({
  profile,
  revision: "0123456789ab",
  verdict,
  routes: [
    {
      users: [{ name: "worker", key: "agent.model" }],
      route: { handler: "nex", model: "m" },
      verdict,
      findings: [{ about: "answer", verdict, message: "what a server said" }],
    },
  ],
});
const [first, later] = [new Date("2026-11-23T10:00:00Z"), new Date("2026-11-23T11:00:00Z")];

it("the last check of each profile is kept, and the worst where there were several at once", () => {
  rememberChecks(home(), [check("a", "yes"), check("b", "yes"), check("b", "no")], first);
  rememberChecks(home(), [check("a", "unknown")], later);
  expect(Object.fromEntries(lastChecks(home()))).toEqual({
    a: { at: later.toISOString(), revision: "0123456789ab", verdict: "unknown" },
    b: { at: first.toISOString(), revision: "0123456789ab", verdict: "no" },
  });
});

it("a route that only a task asks for does not count against the profile", () => {
  const { routes, ...good } = check("a", "yes");
  const own = { users: [{ name: "task one", key: "task.model" }], findings: [] };
  const bad = { ...own, route: { handler: "codex", model: "m" }, verdict: "no" } as const;
  rememberChecks(home(), [{ ...good, verdict: "no", routes: [...routes, bad] }], first);
  expect(lastChecks(home()).get("a")?.verdict).toBe("yes");
});

it("nothing of what was found is written, and the file is nobody else's", () => {
  rememberChecks(home(), [check("a", "no")], first);
  const file = path.join(root, "last-checks.json");
  expect(fs.readFileSync(file, "utf8")).not.toContain("server");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(root)).toEqual(["last-checks.json"]);
});

it.each(["", "no json", "[1]", '{"a":{"at":"never","revision":"r","verdict":"yes"},"b":null}'])(
  "a file that holds %j is as none",
  (text) => {
    fs.writeFileSync(path.join(root, "last-checks.json"), text);
    expect(lastChecks(home()).size).toBe(0);
  },
);

it("a home that cannot be written is survived", () => {
  const nowhere = homeOf({ WG_HOME: path.join(root, "no", "such") });
  rememberChecks(nowhere, [check("a", "yes")], first);
  expect(lastChecks(nowhere).size).toBe(0);
});
