// `wg mcp`: the task graph as tools for any agent that speaks the Model Context Protocol.
import { Writable } from "node:stream";
import { Command, Option } from "commander";
import type { Env } from "../base/home.ts";
import { insideOf } from "../base/inside.ts";
import { parentEnvironment } from "../base/process.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";

interface Options {
  config?: "claude" | "codex";
  json?: true;
}

const examples = `
An agent that you started yourself gets ten tools: list, show, status, add, edit, log, artifact, done, fail, retry. Inside a
run they are the run's own: it reads every task, reports on its own one and adds follow-ups. No tool switches profiles,
reads keys, ends runs or takes a shell command. docs/agents.md says more.

Examples:
  wg mcp                       serve on stdin and stdout; an agent starts this, not a person
  wg mcp --config claude       how to tell Claude Code about it
  wg mcp --config codex        what to put into Codex's config.toml`;

export function mcpCommand(io: Io): Command {
  return new Command("mcp")
    .description("Serve the task graph to an agent as MCP tools, on stdin and stdout.")
    .addOption(
      new Option("--config <agent>", "print how to connect an agent, and change nothing").choices([
        "claude",
        "codex",
      ]),
    )
    .option("--json", "with --config: print one JSON envelope")
    .addHelpText("after", examples)
    .action((options: Options) => mcp(io, options));
}

async function mcp(io: Io, { config, json }: Options): Promise<void> {
  if (config !== undefined) {
    const { connection } = await import("./mcp-config.ts");
    const found = connection(config);
    if (json) return printJson(io, { ...found });
    print(io, found.text);
    return say(io, found.hint);
  }
  const { serve } = await import("../mcp/server.ts");
  if (io.stdin.isTTY)
    say(io, "wg: waiting for an agent to speak MCP on stdin; wg mcp --config claude|codex connects one");
  const output = new Writable({
    decodeStrings: false,
    write(message, _, written) {
      io.stdout.write(String(message));
      written();
    },
  });
  const env = ownEnvironment(io.env);
  const context = {
    withGraph: <T>(step: Parameters<typeof withGraph<T>>[1]) => withGraph({ ...io, env }, step),
    env,
    now: io.now,
  };
  await serve(context, io.stdin, output, io.signal);
}

/**
 * Codex starts servers with little of its environment, so what says that it is inside a run may be in that of the agent
 * alone. Taken from there it cannot be forgotten, nor left out.
 */
function ownEnvironment(env: Env): Env {
  if (insideOf(env) !== undefined) return env;
  const { WG_RUN, WG_CHAT, WG_TOKEN, WG_PROJECT = env["WG_PROJECT"] } = parentEnvironment() ?? {};
  return WG_RUN || WG_CHAT ? { ...env, WG_RUN, WG_CHAT, WG_TOKEN, WG_PROJECT } : env;
}
