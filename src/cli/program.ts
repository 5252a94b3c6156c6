// argv becomes one command with its options; only that command's file is loaded.
import { Command, CommanderError } from "commander";
import { WgError } from "../base/error.ts";
import { insideOf } from "../base/inside.ts";
import { nearest } from "../base/nearest.ts";
import { version } from "../base/version.ts";
import { type CommandEntry, commands } from "./commands.ts";
import type { Io } from "./io.ts";
import { print, printRefusal } from "./print.ts";

/** Runs one command line and leaves its exit status in `io.status`. Throws only bugs. */
export async function runCommand(argv: readonly string[], io: Io): Promise<void> {
  try {
    await dispatch(argv, io);
  } catch (error) {
    const refusal = error instanceof CommanderError ? usageError(error) : error;
    if (refusal === undefined) {
      // Help was printed: asked for, or for want of a verb.
      io.status = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
      return;
    }
    if (!(refusal instanceof WgError)) throw refusal;
    printRefusal(io, refusal, wantsJson(argv));
    io.status = refusal.exit;
  }
}

/** True when an answer was asked for in JSON; what follows `--` is for another program. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}

/** The refusal that commander's error is; undefined where it printed help. */
function usageError({ code, exitCode, message }: CommanderError): WgError | undefined {
  if (exitCode === 0 || code === "commander.help") return undefined;
  const [first = "", guess] = message.replace(/^error: /, "").split("\n");
  const hint = guess === undefined ? undefined : /^\((.*)\)$/.exec(guess)?.[1]?.replace(/^D/, "d");
  return new WgError("usage", first.replace(/\.$/, ""), { ...(hint && { hint }), exit: 2 });
}

async function dispatch(argv: readonly string[], io: Io): Promise<void> {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-V") return print(io, version);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const named = first === "help" ? rest[0] : undefined;
    if (named === undefined) return print(io, overview());
    return dispatch([named, ...rest.slice(1), "--help"], io);
  }
  if (first === "complete") {
    const { complete } = await import("./complete.ts");
    return complete(io, rest, commands, (entry) => loadCommand(entry, io));
  }
  const entry = commands.find((command) => command.name === first);
  if (entry === undefined) throw unknownCommand(first);
  const command = await loadCommand(entry, io, rest[0]);
  await command.parseAsync(rest, { from: "user" });
}

/** A command ready to parse or to print its help, with our rules for errors and output on it and all its verbs. */
export async function loadCommand(entry: CommandEntry, io: Io, verb?: string): Promise<Command> {
  const command = (await entry.load())(io, verb);
  new Command("wg").addCommand(command);
  settle(command, io);
  const inside = insideOf(io.env);
  if (inside !== undefined) (await import("./inside.ts")).holdWithin(command, inside, io);
  return command;
}

function settle(command: Command, io: Io): void {
  command.exitOverride();
  command.showSuggestionAfterError();
  command.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    // Thrown as well, and said where it is caught.
    outputError: () => {},
  });
  for (const verb of command.commands) settle(verb, io);
}

function unknownCommand(name: string): WgError {
  const known = commands.filter((command) => !command.hidden).map((command) => command.name);
  const guess = nearest(name, known);
  return new WgError("unknown-command", `there is no command "${name}"`, {
    hint: guess ? `did you mean wg ${guess}?` : "wg --help lists them",
    exit: 2,
  });
}

function overview(): string {
  const shown = commands.filter((command) => !command.hidden);
  const width = Math.max(0, ...shown.map((command) => command.name.length));
  const rows = shown.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "wg runs AI coding agents on a graph of tasks, and switches what they run on with one command.",
    "",
    "usage: wg <command> [...]",
    "",
    ...rows,
    "",
    "wg <command> --help says more. wg --version prints the version.",
  ].join("\n");
}
