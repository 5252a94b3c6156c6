// `wg setup`: looks at the machine and writes the profiles that would work on it.
import { Command } from "commander";
import type { Proposal } from "../setup/propose.ts";
import type { UsualPort } from "../setup/servers.ts";
import type { Survey } from "../setup/survey.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say, table } from "./print.ts";
import { whereOf } from "./where.ts";

interface Options {
  yes?: true;
  use?: string;
  /** False by `--no-check`. */
  check: boolean;
  ports?: string;
  json?: true;
}

export function setupCommand(io: Io): Command {
  return new Command("setup")
    .description("Look at this machine and write the profiles that would work on it.")
    .option("--yes", "write them without asking")
    .option("--use <profile>", "then switch to this one")
    .option("--no-check", "switch without looking at what the profile runs on")
    .option("--ports <list>", "where to look for model servers on 127.0.0.1, for example 8088,11434")
    .option("--json", "print one JSON envelope; asks nothing")
    .addHelpText(
      "after",
      `
It looks for claude and codex on PATH, for model servers on the usual ports of this machine (Ollama, LM Studio,
llama.cpp, vLLM, and 8088), and for variables that hold keys, by their names alone. wgnext is pointed at the first
server that answers. A profile of your own is never changed, and no other file is touched.

At a terminal it asks; elsewhere it only says what it would do, until it gets --yes.
Exit: 0 all is written, or was there; 3 it is written, but what --use names would not work, so that nothing was switched;
4 nothing was written, since nothing was found or nobody said yes.

Examples:
  wg setup
  wg setup --yes --use claude
  wg setup --json`,
    )
    .action((options: Options) => setUp(io, options));
}

async function setUp(io: Io, options: Options): Promise<void> {
  const { portsOf } = await import("../setup/ports.ts");
  const { surveyMachine } = await import("../setup/survey.ts");
  const ports: readonly UsualPort[] = portsOf(options.ports ?? io.env["WG_SETUP_PORTS"]);
  const where = whereOf(io);
  const survey = await surveyMachine(where, ports, io.signal);
  if (!options.json) tellSurvey(io, survey, ports);
  const proposed = await propose(io, survey, options);
  if (!options.json) tellProposals(io, proposed);
  const agreed = await agrees(io, proposed, options);
  const written = agreed ? await write(io, proposed) : [];
  if (!options.json) tellDone(io, proposed, written, agreed);
  const switched = await switchTo(io, options, proposed, agreed);
  if (!agreed || proposed.length === 0) io.status = 4;
  if (options.json) printJson(io, { ...survey, ...setupJson(proposed, written, switched) });
}

/** What would work; at a terminal a person chooses among the models of a server. */
async function propose(io: Io, survey: Survey, options: Options): Promise<Proposal[]> {
  const { proposals } = await import("../setup/propose.ts");
  const { firstModel } = await import("../setup/servers.ts");
  const { textAt } = await import("../setup/write.ts");
  const { canAsk, choose } = await import("./ask.ts");
  const { home } = whereOf(io);
  const chosen = new Map<string, string>();
  const [first] = survey.servers.filter(({ models, wantsKey }) => models.length > 1 && !wantsKey);
  if (first && canAsk(io) && !options.yes && !options.json) {
    const usual = firstModel(first.models) ?? "";
    const listed = [usual, ...first.models.filter((model) => model !== usual)].slice(0, 20);
    chosen.set(first.url, (await choose(io, `which model of ${first.url}?`, listed)) ?? usual);
  }
  return proposals(
    survey,
    io.env,
    (name) => textAt(home, name),
    ({ url, models }) => chosen.get(url) ?? firstModel(models),
  );
}

async function agrees(io: Io, proposed: readonly Proposal[], { yes, json }: Options): Promise<boolean> {
  const count = proposed.filter(isToWrite).length;
  if (yes || count === 0) return true;
  const { canAsk, confirm } = await import("./ask.ts");
  if (json || !canAsk(io)) return false;
  return confirm(io, count === 1 ? "write it?" : `write these ${count} profiles?`);
}

function isToWrite({ state }: Proposal): boolean {
  return state === "new" || state === "renewed";
}

async function write(io: Io, proposed: readonly Proposal[]): Promise<string[]> {
  const { textAt, writeProfile } = await import("../setup/write.ts");
  const where = whereOf(io);
  const toWrite = proposed.filter(isToWrite);
  for (const { name, text } of toWrite) {
    const over = textAt(where.home, name);
    await writeProfile(where, { name, text, by: "setup", over }, io.signal);
  }
  return toWrite.map(({ name }) => name);
}

/** Switches to the profile asked for; at a terminal it may be chosen. */
async function switchTo(
  io: Io,
  { use, check, yes, json }: Options,
  proposed: readonly Proposal[],
  agreed: boolean,
): Promise<string | undefined> {
  if (!agreed) return undefined;
  const { canAsk, choose } = await import("./ask.ts");
  const { activeProfile } = await import("../profile/active.ts");
  const where = whereOf(io);
  const mayAsk = use === undefined && !yes && !json && canAsk(io) && activeProfile(where).name === undefined;
  const none = "none: stay with the settings of the config files";
  const names = proposed.map(({ name }) => name);
  const asked =
    mayAsk && names.length > 0 ? await choose(io, "which one to switch to?", [...names, none]) : use;
  if (asked === undefined || asked === none) return undefined;
  const { useProfile } = await import("../profile/switch.ts");
  const { changedBy } = await import("./profile-place.ts");
  const target = { kind: "named" as const, word: asked };
  const checked = check ? (await import("./switch-check.ts")).switchCheck(io, where) : undefined;
  const request = { target, by: changedBy(io), now: io.now, ...(checked && { check: checked }) };
  const outcome = await useProfile(where, request, io.signal);
  if (!json) (await import("./profile-use.ts")).tellSwitch(io, outcome);
  return outcome.to.profile;
}

function tellSurvey(io: Io, { programs, servers, keys }: Survey, ports: readonly UsualPort[]): void {
  const rows = [
    ...programs.map(({ name, path, version, problem }) => [
      name,
      problem === undefined ? `${version}` : paint(io, "stdout", "yellow", "no"),
      problem ?? path ?? "",
    ]),
    ...servers.map(({ url, title, models, wantsKey }) => [
      url,
      wantsKey ? "wants a key" : `${models.length} ${models.length === 1 ? "model" : "models"}`,
      `${title}${models.length > 0 ? `: ${models.slice(0, 5).join(", ")}${models.length > 5 ? " ..." : ""}` : ""}`,
    ]),
    ...keys.map(({ variable, preset }) => [
      variable,
      "set",
      preset === undefined ? "" : `for the preset ${preset}`,
    ]),
  ];
  print(io, table(["LOOKED FOR", "FOUND", "WHAT"], rows));
  if (servers.length === 0) {
    say(io, `no model server answers on 127.0.0.1 at ${ports.map(({ port }) => port).join(", ")}`);
  }
  for (const { url } of servers.filter(({ wantsKey }) => wantsKey)) {
    say(io, `for ${url}: wg profile create <name> -m local:<model> -e ${url} --key-ref env:<NAME>`);
  }
  for (const { name, hint } of programs) if (hint !== undefined) say(io, `${name}: ${plain(hint)}`);
}

function tellProposals(io: Io, proposed: readonly Proposal[]): void {
  if (proposed.length === 0) {
    say(
      io,
      "nothing here could run an agent yet: install claude or codex, start a model server, or see wg preset list",
    );
    return;
  }
  const rows = proposed.map(({ name, why, state }) => [name, fates[state], why]);
  print(io, `\n${table(["PROFILE", "WHAT HAPPENS", "BECAUSE"], rows)}`);
  for (const { name, state, hint } of proposed) {
    if (state === "kept" && hint !== undefined) say(io, `${name} is your own and stays; see: ${hint}`);
  }
}

const fates: Readonly<Record<Proposal["state"], string>> = {
  new: "new",
  renewed: "new, in place of the untouched starter",
  same: "is there already",
  kept: "stays as it is",
};

function tellDone(io: Io, proposed: readonly Proposal[], written: readonly string[], agreed: boolean): void {
  if (proposed.length === 0) return;
  if (!agreed) say(io, "nothing was written; wg setup --yes writes them");
  else if (written.length === 0) say(io, "nothing was left to write");
  else say(io, `written: ${written.join(", ")}`);
}

function setupJson(
  proposed: readonly Proposal[],
  written: readonly string[],
  switched: string | undefined,
): Record<string, unknown> {
  return {
    profiles: proposed.map(({ text: toml, ...rest }) => ({
      ...rest,
      written: written.includes(rest.name),
      toml,
    })),
    ...(switched !== undefined && { active: switched }),
  };
}
