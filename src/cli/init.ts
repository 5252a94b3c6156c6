// `wg init`: makes a folder a project.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import { findProject, homeOf, type Project, projectAt } from "../base/home.ts";
import { closeGraph, createGraph } from "../graph/database.ts";
import type { RouteOptions } from "./init-route.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";

interface InitOptions extends RouteOptions {
  /** False by `--no-check`. */
  check: boolean;
  json?: true;
}

export function initCommand(io: Io): Command {
  return new Command("init")
    .description(
      "Make this folder a project: .wg/ with an empty graph of tasks. Harmless where there is one.",
    )
    .option("--route <route>", "also make and activate a profile: claude-cli, codex-cli or local")
    .option("-m, --model <model>", "with --route: the model every role runs")
    .option("-e, --endpoint <url>", "with --route local: the server; else the first that answers here")
    .option("--no-check", "with --route: activate it without looking at what it runs on")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((options: InitOptions) => init(io, options));
}

const examples = `
Examples:
  wg init && wg add "Write the parser"
  wg init --route claude-cli
  wg init --route local -e http://10.0.0.5:8088 -m qwen3-coder-30b

With --route, a profile that is missing is made; one of your own is taken as it is and never changed. It becomes the
active one everywhere if none is active yet, else in this project alone. No config file is written. Where a check of what
it runs on is a definite no, nothing is switched, and the exit status is 3; the project and the profile are made.`;

async function init(io: Io, { check, json, ...wish }: InitOptions): Promise<void> {
  const project = projectAt(path.resolve(io.cwd));
  refuseGlobal(io, project);
  const isPlain = Object.keys(wish).length === 0;
  const routing = isPlain ? undefined : await import("./init-route.ts");
  const profile = await routing?.prepareRoute(io, wish);
  const made = makeProject(io, project, json === true);
  if (profile) await routing?.activateRoute(io, profile, project, { check, json: json === true });
  else if (!made && !json) say(io, "this is a project already; nothing was changed");
  if (!json) return;
  const chosen = profile && { profile: profile.name, profileMade: profile.made };
  printJson(io, { project: project.root, made, ...chosen });
}

function makeProject(io: Io, project: Project, json: boolean): boolean {
  const above = findProject(path.dirname(project.root), homeOf(io.env));
  const made = !fs.existsSync(project.database);
  closeGraph(createGraph(project));
  const ignore = path.join(project.folder, ".gitignore");
  if (!fs.existsSync(ignore)) writeText(ignore, "*\n");
  if (json) return made;
  print(io, project.root);
  if (!made) return made;
  say(io, `made a project in ${project.root}`);
  if (above !== undefined)
    say(io, `note: ${above.root} is a project too; from here on, this one is meant below this folder`);
  say(io, 'next: wg add "what is to be done", then wg service start');
  return made;
}

function refuseGlobal(io: Io, project: Project): void {
  const folders = [homeOf(io.env).root, path.join(io.env["HOME"] || os.homedir(), ".wg")];
  if (!folders.some((folder) => realPath(folder) === realPath(project.folder))) return;
  throw new WgError("global-folder", `${project.folder} holds wg's own files and can be no project`, {
    hint: "make a folder for the project and run wg init there",
  });
}

/** The real path, also of a folder that does not exist inside one that does. */
function realPath(folder: string): string {
  if (fs.existsSync(folder)) return fs.realpathSync(folder);
  const parent = path.dirname(folder);
  return fs.existsSync(parent) ? path.join(fs.realpathSync(parent), path.basename(folder)) : folder;
}
