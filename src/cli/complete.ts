// What may stand where the cursor is: worked out from the commands themselves, so that no list of them is kept twice.
import { Argument, type Command, type Option } from "commander";
import { WgError } from "../base/error.ts";
import type { CommandEntry } from "./commands.ts";
import { type Candidate, namesFor } from "./complete-names.ts";
import type { Io } from "./io.ts";
import { plain, print } from "./print.ts";

/** More are of no use to anybody. */
const maxCandidates = 500;

/** Makes a command of its entry, to be looked at. */
type Load = (entry: CommandEntry) => Promise<Command>;

/**
 * `wg complete [--next] -- <words>`: what the scripts of `wg completion` ask. Prints what may stand for the last of the
 * words after `wg`, or with `--next` behind it: one candidate a line, after a tab what it is.
 */
export async function complete(
  io: Io,
  argv: readonly string[],
  commands: readonly CommandEntry[],
  load: Load,
): Promise<void> {
  const words = argv.slice(argv.indexOf("--") + 1);
  const isNext = argv[0] === "--next" || words.length === 0;
  const found = await candidates(io, isNext ? [...words, ""] : words, commands, load);
  for (const { value, about } of found.slice(0, maxCandidates)) {
    print(io, about === undefined ? value : `${value}\t${plain(about)}`);
  }
}

/** Everything that can stand in the place of the last word and begins with it. What cannot be looked up is left out. */
async function candidates(
  io: Io,
  words: readonly string[],
  commands: readonly CommandEntry[],
  load: Load,
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "";
  // Bash takes `--option=value` apart, and the sign alone may be what it stands at.
  const [before, current] = typed === "=" ? [words, ""] : [words.slice(0, -1), typed];
  try {
    const [first, ...rest] = before[0] === "help" ? before.slice(1) : before;
    const entry = commands.find(({ name }) => name === first);
    const isFirst = first === undefined;
    const all = isFirst
      ? topLevel(commands, current)
      : entry
        ? await within(io, await load(entry), rest, current)
        : [];
    return all.filter(({ value }) => value.startsWith(current) && value !== "");
  } catch (error) {
    // Nobody wants to read why in the middle of typing.
    if (error instanceof WgError) return [];
    throw error;
  }
}

async function within(
  io: Io,
  top: Command,
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const { command, path, option, position, optionsEnded } = placeAt(top, before);
  if (option !== undefined) return valuesOf(io, `${path} ${option.long ?? option.short ?? ""}`, option);
  if (current.startsWith("-") && !optionsEnded) return optionsOf(command, current, io, path);
  const verbs = position === 0 ? command.commands : [];
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[position] ?? (last?.variadic ? last : undefined);
  return [
    ...verbs.map((verb) => aboutCommand(verb.name(), verb.summary() || verb.description())),
    ...(argument === undefined ? [] : await valuesOf(io, path, argument)),
  ];
}

function topLevel(commands: readonly CommandEntry[], current: string): Candidate[] {
  if (current.startsWith("-")) return [{ value: "--help" }, { value: "--version" }];
  const shown = commands.filter(({ hidden }) => !hidden);
  return shown.map(({ name, summary }) => aboutCommand(name, summary));
}

/** Where the words before the current one lead: to which command, and to what of it. */
interface Spot {
  command: Command;
  /** `profile use`. */
  path: string;
  /** The option whose value comes next. */
  option: Option | undefined;
  /** How many arguments there are already. */
  position: number;
  /** After `--`. */
  optionsEnded: boolean;
}

function placeAt(command: Command, words: readonly string[]): Spot {
  const at: Spot = { command, path: command.name(), option: undefined, position: 0, optionsEnded: false };
  for (const word of words) {
    if (word === "=") continue;
    if (at.option !== undefined) at.option = undefined;
    else if (at.optionsEnded) at.position += 1;
    else if (word === "--") at.optionsEnded = true;
    else if (word.startsWith("-")) at.option = waiting(at.command, word);
    else {
      const verb = at.position === 0 ? at.command.commands.find((each) => each.name() === word) : undefined;
      if (verb === undefined) at.position += 1;
      // What follows there belongs to another program.
      if (verb === undefined && at.path === "profile run") at.optionsEnded = true;
      if (verb !== undefined) Object.assign(at, { command: verb, path: `${at.path} ${word}` });
    }
  }
  return at;
}

/** The option a word names, where its value is the next word. */
function waiting(command: Command, word: string): Option | undefined {
  const option = command.options.find(({ long, short }) => long === word || short === word);
  return option?.required ? option : undefined;
}

async function optionsOf(command: Command, current: string, io: Io, path: string): Promise<Candidate[]> {
  const equals = current.indexOf("=");
  if (equals < 0) {
    const shown = command.options.filter(({ hidden, long }) => !hidden && long);
    const known = shown.map(({ long, description }) => aboutCommand(long ?? "", description));
    return [...known, aboutCommand("--help", "say all about this command")];
  }
  const name = current.slice(0, equals);
  const option = waiting(command, name);
  if (option === undefined) return [];
  const values = await valuesOf(io, `${path} ${name}`, option);
  return values.map((candidate) => ({ ...candidate, value: `${name}=${candidate.value}` }));
}

async function valuesOf(io: Io, path: string, of: Argument | Option): Promise<Candidate[]> {
  if (of.argChoices !== undefined) return of.argChoices.map((value) => ({ value }));
  const placeholder = of instanceof Argument ? of.name() : (/[<[](.*?)[>\]]/.exec(of.flags)?.[1] ?? "");
  return namesFor(io, `${path} <${placeholder}>`);
}

function aboutCommand(value: string, text: string): Candidate {
  const about = text.split(/[.;:]/)[0]?.trim();
  return { value, ...(about && { about }) };
}
