// Checks of a profile that runs an ACP agent: the program offline, everything else by asking.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf } from "../../src/base/home.ts";
import { checkQuickly } from "../../src/check/check.ts";
import { checkReally } from "../../src/check/real.ts";
import { loadNamed } from "../../src/profile/load.ts";
import { makeRunPlace, type RunPlace } from "../support/contract.ts";

const agent = path.resolve(import.meta.dirname, "..", "fixtures", "acp-agent.mjs");
const never = new AbortController().signal;

let place: RunPlace;
beforeEach(() => {
  place = makeRunPlace();
});
afterEach(() => place.remove());

/** A request to check a profile whose every role runs that command, which does what the script says. */
function request(command: string, script: object = {}) {
  const home = homeOf({ HOME: place.home });
  fs.mkdirSync(home.profiles, { recursive: true });
  const pin = `[handlers.acp.env]\nFAKE_ACP = ${JSON.stringify(JSON.stringify(script))}\n`;
  fs.writeFileSync(path.join(home.profiles, "tried.toml"), `[agent]\nmodel = "acp:${command}"\n${pin}`);
  const settings = loadNamed({ home, env: {} }, "tried");
  return { settings, place: { env: place.env, cwd: place.cwd } };
}

it("a program that is not there is a no", async () => {
  const [check] = await checkQuickly([request("nosuchagent acp")], never);
  expect(check?.routes[0]).toMatchObject({
    verdict: "no",
    findings: expect.arrayContaining([
      { about: "program", verdict: "no", message: "nosuchagent is not on PATH", hint: expect.any(String) },
    ]),
  });
});

it("one that is there is not started, so that its login is unknown", async () => {
  const heard = path.join(place.root, "heard.jsonl");
  place.env["FAKE_HEARD"] = heard;
  const [check] = await checkQuickly([request(`${agent} --acp`)], never);
  expect(check?.routes[0]).toMatchObject({ verdict: "unknown", program: { path: agent } });
  expect(fs.existsSync(heard)).toBe(false);
});

it("a real request proves an agent, and says that it does not tell its model", async () => {
  const [check] = await checkReally([request(agent)], never);
  expect(check?.routes[0]).toMatchObject({ verdict: "yes", served: [] });
  expect(check?.routes[0]?.findings.at(-1)?.message).toBe("answered, and did not say as which model");
});

it("a real request that ends at a login is a no", async () => {
  const errors = { "session/new": { code: -32000, message: "Authentication required" } };
  const [check] = await checkReally([request(agent, { errors })], never);
  expect(check?.routes[0]).toMatchObject({ verdict: "no" });
  expect(check?.routes[0]?.findings.at(-1)).toMatchObject({
    about: "answer",
    hint: expect.stringContaining("log in once with the agent itself"),
  });
});
