// The real CLIs, started by a person through `wg profile run`: the profile's model, server and key, whatever their own files say.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Agent, agentPrograms, plannedKey, plannedKeyMark } from "../support/agents.ts";
import { makePlace, type Place } from "../support/wg.ts";

let place: Place;
let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
  place = makePlace({
    GATE_KEY: plannedKey,
    ANTHROPIC_API_KEY: "of-this-shell",
    CODEX_API_KEY: "of-this-shell",
  });
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin);
  for (const [name, program] of Object.entries(agentPrograms()))
    fs.symlinkSync(program, path.join(bin, name));
  place.env["PATH"] = `${bin}:${place.env["PATH"]}`;
  write(
    ".claude/settings.json",
    JSON.stringify({ env: { ANTHROPIC_BASE_URL: "http://127.0.0.1:1" }, model: "haiku" }),
  );
  write(".codex/config.toml", 'model = "gpt-5.4"\n');
  write(".wg/profiles/gate.toml", profile("claude:opus", "anthropic"));
  write(".wg/profiles/other.toml", profile("codex:gpt-5.5", "openai"));
});
afterEach(async () => {
  await simulator.close();
  place.remove();
});

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(place.home, file)), { recursive: true });
  fs.writeFileSync(path.join(place.home, file), text);
}

function profile(model: string, provider: string): string {
  const server = `name = "gate"\nprovider = "${provider}"\nurl = "${simulator.url}"\napi_key_ref = "env:GATE_KEY"\n`;
  return `[agent]\nmodel = "${model}"\n[[llm_endpoints.endpoints]]\n${server}`;
}

/** The models asked for by requests with the profile's key, and whether any came with another. */
function asked(): { models: string[]; strangers: number } {
  const withModel = simulator.requests.filter(({ model }) => model !== undefined);
  return {
    models: [...new Set(withModel.map(({ model }) => model ?? ""))],
    strangers: withModel.filter(({ key }) => key !== plannedKeyMark).length,
  };
}

it.each<[Agent, string, string[], RegExp]>([
  ["claude", "gate", ["-p", "Say hi."], /^claude-opus-/],
  ["codex", "other", ["exec", "--skip-git-repo-check", "Say hi."], /^gpt-5\.5$/],
])("%s runs on the profile", async (agent, name, args, model) => {
  const ended = await place.wg("profile", "run", name, "--", agent, ...args);
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  expect(asked()).toEqual({ models: [expect.stringMatching(model)], strangers: 0 });
});

it.each<[Agent, string, string[], RegExp]>([
  ["claude", "gate", ["--model", "sonnet", "-p", "Say hi."], /^claude-sonnet-/],
  ["codex", "other", ["exec", "-m", "gpt-5.3-codex", "--skip-git-repo-check", "Say hi."], /^gpt-5\.3-codex$/],
])("%s takes a model that the person names over the profile's", async (agent, name, args, model) => {
  const ended = await place.wg("profile", "run", name, "--", agent, ...args);
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  expect(asked()).toEqual({ models: [expect.stringMatching(model)], strangers: 0 });
});
