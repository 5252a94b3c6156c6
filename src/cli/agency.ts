// `wg agency`: the set of agents that wg brings along, and the roles and tradeoffs that agents are made of.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { readIdentities } from "../identity/read.ts";
import { writeStarterAgency } from "../identity/starters.ts";
import { keepVersion } from "../identity/versions.ts";
import { agencyPlace, keeperFor, problemJson } from "./agent-place.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, printRefusal, say, table } from "./print.ts";

const jsonText = "print one JSON envelope";

export function agencyCommand(io: Io): Command {
  const command = new Command("agency")
    .description("Roles and tradeoffs that agents are made of; wg agent has the agents themselves.")
    .addHelpText("after", "\nExamples:\n  wg agency init\n  wg agency list\n  wg agent list");
  command
    .command("init")
    .description("Write a small set of agents with their roles and tradeoffs. What is there stays as it is.")
    .option("--global", "for all your projects; outside of a project that is meant anyway")
    .option("--json", jsonText)
    .action((options) => initAgency(io, options))
    .addHelpText(
      "after",
      `
The files are yours from then on: .wg/agency of the project, with --global ~/.wg/agency. Where a project has agents, each
of its tasks is given to one of them, unless agency.assign is off.

Examples:
  wg agency init
  wg agency init --global`,
    );
  command
    .command("list")
    .description("List the roles and tradeoffs that can be named here, and which agents have them.")
    .option("--json", jsonText)
    .action((options) => listParts(io, options))
    .addHelpText("after", "\nExamples:\n  wg agency list\n  wg agency list --json | jq -r '.parts[].name'");
  return command;
}

function initAgency(io: Io, { global, json }: { global?: true; json?: true }): void {
  const place = agencyPlace(io);
  const from = keeperFor(place, global);
  const { written, kept } = writeStarterAgency(place, from);
  const { identities } = readIdentities(place);
  const own = identities.filter((identity) => identity.from === from);
  const failed = own.map((identity) => keepVersion(place, identity, "init", io.now()));
  const agents = own.map(({ name }) => name);
  if (json) {
    printJson(io, { from, written, kept, agents });
    return;
  }
  print(io, agents.join("\n"));
  const folder = (from === "project" ? place.project : place.home)?.agency ?? "";
  const left = kept === 0 ? "" : `; ${kept} ${kept === 1 ? "is" : "are"} as before`;
  say(io, plain(`${written.length} files written to ${folder}${left}`));
  const problem = failed.find((each): each is WgError => each instanceof WgError);
  if (problem) printRefusal(io, problem, false);
}

function listParts(io: Io, { json }: { json?: true }): void {
  const { identities, parts, problems } = readIdentities(agencyPlace(io));
  const usersOf = (path: string) =>
    identities
      .filter(({ rolePath, tradeoffPath }) => rolePath === path || tradeoffPath === path)
      .map(({ name }) => name);
  if (json) {
    const listed = parts.map((part) => ({ ...part, agents: usersOf(part.path) }));
    printJson(io, { parts: listed, problems: problems.map(problemJson) });
    return;
  }
  const rows = parts.map(({ kind, name, from, path, content }) => [
    kind,
    name,
    from,
    usersOf(path).join(", ") || "-",
    content.description ?? "",
  ]);
  if (rows.length > 0) print(io, table(["KIND", "NAME", "FROM", "AGENTS", "DESCRIPTION"], rows));
  else say(io, "no roles and no tradeoffs; wg agency init writes a few");
  for (const problem of problems) printRefusal(io, problem, false);
}
