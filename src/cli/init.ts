// `wg init`: makes a folder a project.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import { findProject, homeOf, type Project, projectAt } from "../base/home.ts";
import { closeGraph, createGraph } from "../graph/database.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";

export function initCommand(io: Io): Command {
  return new Command("init")
    .description(
      "Make this folder a project: .wg/ with an empty graph of tasks. Harmless where there is one.",
    )
    .option("--json", "print one JSON envelope")
    .addHelpText("after", '\nExample:\n  wg init && wg add "Write the parser"')
    .action((options: { json?: true }) => init(io, options.json === true));
}

function init(io: Io, json: boolean): void {
  const project = projectAt(path.resolve(io.cwd));
  refuseGlobal(io, project);
  const above = findProject(path.dirname(project.root), homeOf(io.env));
  const made = !fs.existsSync(project.database);
  closeGraph(createGraph(project));
  const ignore = path.join(project.folder, ".gitignore");
  if (!fs.existsSync(ignore)) writeText(ignore, "*\n");
  if (json) {
    printJson(io, { project: project.root, made });
    return;
  }
  print(io, project.root);
  if (!made) {
    say(io, "this is a project already; nothing was changed");
    return;
  }
  say(io, `made a project in ${project.root}`);
  if (above !== undefined)
    say(io, `note: ${above.root} is a project too; from here on, this one is meant below this folder`);
  say(io, 'next: wg add "what is to be done", then wg service start');
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
