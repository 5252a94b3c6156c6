// `wg config`: its verbs and their options; the bodies are loaded when they are called.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import type { FileOptions } from "./config-set.ts";
import type { Io } from "./io.ts";

interface ModelOptions extends FileOptions {
  model?: string;
  endpoint?: string;
}

const jsonText = "print one JSON envelope";

export function configCommand(io: Io): Command {
  return new Command("config")
    .description("Settings of this project and of this user, and where each comes from.")
    .usage("[verb] [options]")
    .enablePositionalOptions()
    .option("-m, --model <route>", "set the base worker model: claude:opus, codex:gpt-5.5, local:qwen3-coder")
    .option("-e, --endpoint <url>", "with -m: the server it is asked at")
    .option("--global", "write ~/.wg/config.toml")
    .option("--project", "write .wg/config.toml of this project, as without an option inside one")
    .option("--json", jsonText)
    .argument("[verb]")
    .action((verb: string | undefined, options: ModelOptions) => withoutVerb(io, verb, options))
    .addHelpText(
      "after",
      `
Without a verb and without -m: the same as show.
Order, low to high: default, global file, project file, active profile, environment, command line.
An active profile replaces the models, endpoints and pinned variables of the files as a whole.

Examples:
  wg config -m codex:gpt-5.5
  wg config -m local:qwen3-coder -e http://127.0.0.1:8088
  wg config set agent.timeout 4h --global
  wg config show --effective --show-origin`,
    )
    .addCommand(showVerb(io))
    .addCommand(getVerb(io))
    .addCommand(setVerb(io))
    .addCommand(unsetVerb(io))
    .addCommand(trustVerb(io));
}

async function withoutVerb(io: Io, verb: string | undefined, options: ModelOptions): Promise<void> {
  const { model, endpoint, ...rest } = options;
  if (verb !== undefined) throw usage(`wg config has no verb ${JSON.stringify(verb)}`);
  if (model !== undefined) return (await import("./config-set.ts")).setBaseModel(io, model, endpoint, rest);
  if (endpoint !== undefined) throw usage("-e says where -m is asked, and there is no -m");
  if (rest.global || rest.project)
    throw usage("--global and --project say where to write, and there is no -m");
  (await import("./config-show.ts")).showConfig(io, rest.json ? { json: true } : {});
}

function usage(message: string): WgError {
  return new WgError("usage", message, { exit: 2, hint: "wg config --help shows what it takes" });
}

function showVerb(io: Io): Command {
  return new Command("show")
    .description("Show what the config files set; with --effective, all that is in force.")
    .option("--effective", "also defaults, the active profile, variables")
    .option("--show-origin", "the place of each value first, and below it what it hides")
    .option("--json", jsonText)
    .action(async (options) => (await import("./config-show.ts")).showConfig(io, options))
    .addHelpText("after", "\nExamples:\n  wg config show\n  wg config show --effective --show-origin");
}

function getVerb(io: Io): Command {
  return new Command("get")
    .description("Print one value that is in force. Exit status 4 when nothing sets it.")
    .argument("<key>", "for example agent.model; endpoint is the url of the endpoint in use")
    .option("--show-origin", "the place of the value first")
    .option("--json", jsonText)
    .action(async (key, options) => (await import("./config-show.ts")).getConfig(io, key, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg config get agent.model\n  wg config get llm_endpoints.endpoints.default.url --show-origin",
    );
}

function setVerb(io: Io): Command {
  return new Command("set")
    .description("Set one key. Comments and layout of the file stay; running services reload.")
    .argument("<key>", "for example agent.timeout; docs/config.md lists all")
    .argument("<value>", "the new value")
    .option("--global", "write ~/.wg/config.toml")
    .option("--project", "write .wg/config.toml of this project, as without an option inside one")
    .option("--json", jsonText)
    .action(async (key, value, options) =>
      (await import("./config-set.ts")).setConfig(io, key, value, options),
    )
    .addHelpText(
      "after",
      `
Examples:
  wg config set service.max_agents 8
  wg config set agent.timeout 4h --global
  wg config set env.MY_TOKEN '{ ref = "env:WORK_TOKEN" }'
  wg config set endpoint http://10.0.0.5:8088`,
    );
}

function unsetVerb(io: Io): Command {
  return new Command("unset")
    .description("Remove one key from a config file. Exit status 4 when it does not stand there.")
    .argument("<key>", "the key")
    .option("--global", "change ~/.wg/config.toml")
    .option("--project", "change .wg/config.toml of this project, as without an option inside one")
    .option("--json", jsonText)
    .action(async (key, options) => (await import("./config-set.ts")).unsetConfig(io, key, options))
    .addHelpText("after", "\nExample:\n  wg config unset agent.timeout --global");
}

function trustVerb(io: Io): Command {
  return new Command("trust")
    .description("Look at what .wg/config.toml of this project could do, and say that it may.")
    .option("--show", "only show it")
    .option("--yes", "do it without asking")
    .option("--revoke", "trust it no more")
    .option("--json", "print one JSON envelope; asks nothing")
    .action(async (options) => (await import("./config-trust.ts")).trustProjectConfig(io, options))
    .addHelpText(
      "after",
      `
A project's file may set anything harmless. What could run a program, send work or a key somewhere, or lift a limit
(handlers.*.command, endpoints, pinned variables, agent.permissions) is in force only once it is trusted: until then
whatever would run on it is refused. What you set with wg config set is trusted as you set it; what came with the
project, or was changed by hand, is asked for once. Trust is of this path and of those lines alone.

Examples:
  wg config trust --show
  wg config trust --yes`,
    );
}
