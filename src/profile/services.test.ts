// The list of running services, with dead and foreign files in it.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, homeOf } from "../base/home.ts";
import { type ProcessMark, processMark } from "../base/process.ts";
import { type RunningService, registerService, runningServices, unregisterService } from "./services.ts";

let home: Home;
beforeEach(() => {
  home = homeOf({ WG_HOME: fs.mkdtempSync(path.join(os.tmpdir(), "wg-services-")) });
});
afterEach(() => fs.rmSync(home.root, { recursive: true }));

function service(project: string, mark = ownMark()): RunningService {
  return { project, socket: `${project}/.wg/service/socket`, mark, env: { WG_PROFILE: "codex" }, flags: {} };
}

function ownMark(): ProcessMark {
  const mark = processMark(process.pid);
  if (mark === undefined) throw new Error("this process is not alive");
  return mark;
}

describe("running services", () => {
  it("are none in a fresh home", () => {
    expect(runningServices(home)).toEqual([]);
  });

  it("are those that registered and did not leave, by project", () => {
    for (const project of ["/b", "/a", "/c"]) registerService(home, service(project));
    unregisterService(home, service("/c"));
    expect(runningServices(home)).toEqual([service("/a"), service("/b")]);
  });

  it("do not hold one whose process is gone, nor one whose pid belongs to another process now", () => {
    registerService(home, service("/gone", { pid: 2 ** 22 + 1, started: "1" }));
    registerService(home, service("/reused", { pid: process.pid, started: "1" }));
    expect(runningServices(home)).toEqual([]);
    expect(fs.readdirSync(home.services)).toEqual([]);
  });

  it("skip what is no registration and leave it alone", () => {
    fs.mkdirSync(home.services);
    const odd = ["0123456789abcdef.json", "notes.txt"];
    for (const name of odd) fs.writeFileSync(path.join(home.services, name), '{"project":1}');
    expect(runningServices(home)).toEqual([]);
    expect(fs.readdirSync(home.services).sort()).toEqual(odd);
  });

  it("are kept in files for their owner alone", () => {
    registerService(home, service("/a"));
    const [name = ""] = fs.readdirSync(home.services);
    expect(fs.statSync(path.join(home.services, name)).mode & 0o777).toBe(0o600);
    expect(fs.statSync(home.services).mode & 0o777).toBe(0o700);
  });
});
