// `wg service start`: in the background, or in this terminal.
import * as fs from "node:fs";
import { homeOf, requireProject } from "../base/home.ts";
import { loadSettings } from "../profile/load.ts";
import { ensureStarters } from "../profile/starters.ts";
import { humanLine, logPath, openLog } from "../service/log.ts";
import { runService } from "../service/service.ts";
import { startService } from "../service/start.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";

interface Options {
  foreground?: true;
  maxAgents?: number;
  profile?: string;
  json?: true;
  logged?: true;
}

export async function start(io: Io, options: Options): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const home = homeOf(io.env);
  const { maxAgents, profile } = options;
  const flags = {
    ...(maxAgents !== undefined && { "service.max_agents": String(maxAgents) }),
    ...(profile !== undefined && { profile }),
  };
  const program = { node: process.execPath, main: fs.realpathSync(process.argv[1] ?? "") };
  if (options.foreground) {
    const log = openLog(logPath(project), io.now, (entry) => {
      if (!options.logged) say(io, humanLine(JSON.stringify(entry)));
    });
    return runService({ home, project, env: io.env, flags, program, log, now: io.now }, io.signal);
  }
  // A starter may be named before anything has written them; a home that cannot be written is survived.
  if (profile !== undefined) ensureStarters(home);
  // Whatever is wrong with the settings is said here, with its place, before anything is started.
  loadSettings({ home, project, env: io.env, flags });
  const args = [
    ...(maxAgents === undefined ? [] : ["--max-agents", String(maxAgents)]),
    ...(profile === undefined ? [] : ["--profile", profile]),
  ];
  const status = await startService(project, io.env, program, args, io.signal);
  if (options.json) return printJson(io, { started: true, ...status });
  const { applied } = status;
  print(io, String(status.pid));
  const pinned = applied.pinned === undefined ? "" : ` (pinned by ${applied.pinned})`;
  say(
    io,
    `service started: profile ${applied.profile}, revision ${applied.revision}${pinned}, up to ${status.maxAgents} agents`,
  );
}
