// A project on a disk that fills up while a run is at work: everybody says so, and all goes on by itself once there is room.
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "../support/wg.ts";

// A mount namespace of its own gives the test a small disk, as root or as anybody.
const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
if (!canMount) console.warn("SKIPPED: a full project, since this machine allows no mount namespace");

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

describe.runIf(canMount)("a disk that fills up", () => {
  it("turns changes down, keeps a run's end for later, and hinders nothing once there is room", async () => {
    const script = [
      'set -u; mount -t tmpfs -o size=4m tmpfs "$PWD"; cd "$PWD"',
      "$WG init >&2; $WG add a --exec 'until test -e full; do sleep 0.05; done; echo a'",
      "$WG add b --exec 'echo b' --after a; $WG service start >&2",
      "head -c 8000000 /dev/zero > filler 2>/dev/null; : > full",
      '$WG add c; echo "status $?"; sleep 1; $WG list --json > /dev/null && echo "listed"',
      "rm filler; for try in $(seq 100); do $WG list | grep -q 'b *done' && break; sleep 0.1; done",
      "$WG runs --json; $WG service stop --kill-agents >&2",
    ].join("\n");
    const env = { ...place.env, WG: `${process.execPath} ${program}` };
    const { stdout, stderr } = await run("unshare", ["-rm", "sh", "-c", script], { cwd: place.project, env });
    const [a, b, status, listed, ...rest] = stdout.split("\n");
    expect([a, b, status, listed], stderr).toEqual(["a", "b", "status 1", "listed"]);
    expect(stderr).toContain("the disk is full; nothing was changed");
    const { runs } = JSON.parse(rest.join("\n"));
    expect(runs.map(({ result }: { result: { outcome: string } }) => result.outcome)).toEqual([
      "done",
      "done",
    ]);
  });
});
