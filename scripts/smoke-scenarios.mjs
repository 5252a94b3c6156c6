// What must hold of a wg that somebody installed: each scenario in a fresh place, name -> play. A scenario throws when it does not hold.
import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

/** In the order they are played. */
export const scenarios = {
  async create(place) {
    const said = await place.ok("profile", "create", "home", "-m", "local:qwen3", "-e", "http://127.0.0.1:9");
    same(said, "home\n", "create does not print the bare name");
    const file = place.profileFile("home");
    says(fs.readFileSync(file, "utf8"), /^model = "local:qwen3"/m, "the file lacks the model");
    same(fs.statSync(file).mode & 0o077, 0, "others may read the new profile");
    const again = await place.wg(["profile", "create", "home", "-m", "claude:opus"]);
    same(again.status, 1, "create replaced a profile that was there");
    const escaped = await place.wg(["profile", "create", "../config", "-m", "claude:opus"]);
    same(escaped.status, 1, "a path was taken for a name");
  },

  async list(place) {
    await place.ok("profile", "create", "home", "-m", "codex:gpt-5.5");
    await place.ok("profile", "use", "home", "--no-check");
    says(await place.ok("profile", "list"), /home +codex:gpt-5\.5/, "the table lacks the new profile");
    const { active, profiles } = await place.json("profile", "list");
    same(active, "home", "the list names another active profile");
    const names = profiles.map(({ name }) => name);
    same(names, ["claude", "codex", "home", "wgnext"], "other profiles are listed");
    same(await place.ok("profile"), `${names.join("\n")}\n`, "piped, wg profile prints other names");
  },

  async "use without a service"(place) {
    await place.ok("profile", "create", "home", "-m", "local:qwen3", "-e", await place.simulate());
    const { status, stdout, stderr } = await place.wg(["profile", "use", "home"]);
    same(status, 0, `use was refused: ${stderr}`);
    same(stdout, "home\n", "use does not print the bare name");
    says(stderr, /no service is running; the next dispatch uses local:qwen3/, "use says something else");
    same(await place.ok("profile", "current"), "home\n", "another profile is active");
    const pointer = fs.readFileSync(path.join(place.home, ".wg/active-profile"), "utf8");
    same(pointer, "home\n", "the pointer says something else");
    holds(!fs.existsSync(path.join(place.home, ".wg/config.toml")), "use wrote a config file");
  },

  async "use with hot reload"(place) {
    await twoProfiles(place);
    await place.ok("profile", "use", "first");
    await place.startService();
    await expectWork(place, "before", "qwen3-first");
    const { status, stderr } = await place.wg(["profile", "use", "second"]);
    same(status, 0, `use was refused: ${stderr}`);
    says(stderr, /acknowledged/, "use does not say that the service acknowledged");
    const { applied } = await place.json("service", "status");
    same(applied.profile, "second", "the service is on another profile");
    await expectWork(place, "after", "qwen3-second");
  },

  async "edit applies"(place) {
    await twoProfiles(place);
    await place.ok("profile", "use", "first");
    await place.startService();
    const editor = path.join(place.home, "editor");
    fs.writeFileSync(
      editor,
      '#!/bin/sh\nsed s/qwen3-first/qwen3-edited/ "$1" > "$1.new" && cat "$1.new" > "$1" && rm "$1.new"\n',
    );
    const edited = await place.wg(["profile", "edit", "first"], { EDITOR: `sh ${editor}` });
    same(edited.status, 0, `edit was refused: ${edited.stderr}`);
    await expectWork(place, "edited", "qwen3-edited");
    await place.ok("profile", "set", "first", "agent.model", "local:qwen3-set");
    await expectWork(place, "set", "qwen3-set");
  },

  async diff(place) {
    await place.ok("profile", "create", "first", "-m", "codex:gpt-5.5");
    await place.ok("profile", "create", "second", "-m", "codex:gpt-5.4-mini");
    const said = await place.ok("profile", "diff", "first", "second");
    const expected = '- agent.model = "codex:gpt-5.5"\n+ agent.model = "codex:gpt-5.4-mini"\n';
    same(said, expected, "diff shows something else");
  },

  async "refusal of a foreign section"(place) {
    await place.ok("profile", "create", "home", "-m", "codex:gpt-5.5");
    await place.ok("profile", "use", "home", "--no-check");
    const text = '[agent]\nmodel = "codex:gpt-5.5"\n[service]\nmax_agents = 9\n';
    fs.writeFileSync(place.profileFile("foreign"), text);
    const { status, stderr } = await place.wg(["profile", "use", "foreign", "--no-check"]);
    same(status, 1, "a profile with [service] was taken");
    says(stderr, /service\.max_agents/, "the refusal does not name the key");
    says(stderr, /foreign\.toml:4/, "the refusal does not name file and line");
    same(await place.ok("profile", "current"), "home\n", "the refusal changed what is active");
    same(fs.readFileSync(place.profileFile("foreign"), "utf8"), text, "the refused file was changed");
  },

  async clear(place) {
    const config = path.join(place.home, ".wg/config.toml");
    const text = '# mine\n[agent]\nmodel   =  "claude:sonnet"   # as I like it\n';
    fs.mkdirSync(path.dirname(config), { recursive: true });
    fs.writeFileSync(config, text);
    await place.ok("init");
    await place.startService();
    const { applied: before } = await place.json("service", "status");
    await place.ok("profile", "use", "codex", "--no-check");
    same(await place.ok("profile", "use", "--clear"), "base\n", "--clear does not print base");
    same(await place.ok("profile", "current"), "base\n", "a profile is active after --clear");
    const { applied: after } = await place.json("service", "status");
    same(after.revision, before.revision, "after --clear the service is not on the base it began with");
    same(fs.readFileSync(config, "utf8"), text, "the config file was changed");
  },

  async "in-flight worker kept"(place) {
    await twoProfiles(place, {
      rules: [
        { match: { prompt: "# Task held:" }, steps: [{ shell: waitFor("go-on") }, { final: "done" }] },
        { steps: [{ final: "done" }] },
      ],
    });
    await place.ok("profile", "use", "first");
    await place.startService();
    await place.ok("add", "held", "--id", "held");
    await place.until("the worker is at work", () => fs.existsSync(path.join(place.project, "at-work")));
    const { stderr } = await place.wg(["profile", "use", "second"]);
    says(stderr, /1 worker stays on first@/, "use does not say which worker stays");
    await expectWork(place, "later", "qwen3-second");
    fs.writeFileSync(path.join(place.project, "go-on"), "");
    const run = await place.runOf("held");
    same(run.profile, "first", "the run in flight is recorded on another profile");
    const models = place.modelsAsked("held");
    holds(models.length >= 2, "the worker asked no model after the switch");
    same([...new Set(models)], ["qwen3-first"], "the run in flight changed its model");
  },

  async "check blocks"(place) {
    await twoProfiles(place, { models: ["qwen3-first"] });
    await place.ok("profile", "use", "first");
    const { status, stderr } = await place.wg(["profile", "use", "second"]);
    same(status, 3, "a model that the server does not list was taken");
    says(stderr, /qwen3-second/, "the refusal does not name the model");
    same(await place.ok("profile", "current"), "first\n", "the blocked switch changed what is active");
    const checked = await place.wg(["profile", "check", "second"]);
    same(checked.status, 3, "check found nothing wrong");
    await place.ok("profile", "use", "second", "--no-check");
    same(await place.ok("profile", "current"), "second\n", "--no-check does not switch");
  },
};

/** A project, and the profiles `first` and `second`, alike but for their models. */
async function twoProfiles(place, script) {
  const url = await place.simulate(script);
  await place.ok("init");
  for (const name of ["first", "second"]) {
    await place.ok("profile", "create", name, "-m", `local:qwen3-${name}`, "-e", url);
  }
}

/** Has a task done, and looks in the model server's own log at which model was asked for it. */
async function expectWork(place, task, model) {
  await place.ok("add", task, "--id", task);
  const run = await place.runOf(task);
  same(run.result?.outcome, "done", `the run of ${task} was not done`);
  same([...new Set(place.modelsAsked(task))], [model], `task ${task} was worked on by another model`);
}

/** A command that says it is there, then waits for a file; it gives up after a while, so that nothing waits for ever. */
function waitFor(file) {
  return `touch at-work; n=0; until [ -e ${file} ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n+1)); done`;
}

function same(actual, expected, otherwise) {
  holds(isDeepStrictEqual(actual, expected), `${otherwise}: ${JSON.stringify(actual)}`);
}

function says(text, pattern, otherwise) {
  holds(pattern.test(text), `${otherwise}: ${text}`);
}

function holds(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}
