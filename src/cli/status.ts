// `wg status`: what is active, what runs, what waits and why, in one screen.
import * as fs from "node:fs";
import { Command } from "commander";
import { closeGraph, openGraph } from "../graph/database.ts";
import { type Overview, overview, type Watched } from "../overview/overview.ts";
import { serviceView } from "../overview/service-view.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { paint, print, printJson } from "./print.ts";
import { statusText } from "./status-text.ts";
import { whereOf } from "./where.ts";

interface Options {
  check?: true;
  json?: true;
}

const examples = `
Nothing is asked over the network: how a server does is what the last run there, or the last check, has shown. With
--check the active profile is checked first, as by wg profile check.

Examples:
  wg status
  wg status --check
  wg status --json | jq .project.waiting
`;

export function statusCommand(io: Io): Command {
  return new Command("status")
    .description("Show in one screen what is active, what runs, what waits and why, and how the servers do.")
    .option("--check", "ask the servers of the active profile first, for at most 3 s")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((options: Options) => status(io, options));
}

async function status(io: Io, { check, json }: Options): Promise<void> {
  const where = whereOf(io);
  if (check) await (await import("./status-check.ts")).checkActive(io, where);
  const found = await look(io, where);
  const chats = await openChats(where);
  if (json) return printJson(io, { ...found, chats });
  print(
    io,
    statusText(found, chats, (colour, text) => paint(io, "stdout", colour, text)),
  );
}

async function look(io: Io, where: Where): Promise<Overview> {
  const { project } = where;
  if (project === undefined || !fs.existsSync(project.database)) return overview(where, undefined, io.now());
  const service = await serviceView(project, io.signal);
  const graph = openGraph(project);
  try {
    const watched: Watched = { project, graph, service };
    return overview(where, watched, io.now());
  } finally {
    closeGraph(graph);
  }
}

/** How many chats of this place, or outside a project of the machine, have not ended. */
export async function openChats({ home, project }: Where): Promise<number> {
  if (!fs.existsSync(home.chats)) return 0;
  const { listChats } = await import("../chat/shelf.ts");
  const chats = listChats(home).chats.map(({ chat }) => chat);
  return chats.filter((chat) => chat.status === "open" && (!project || chat.project === project.root)).length;
}
