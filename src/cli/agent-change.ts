// `wg agent create`, `edit` and `rm`: the files of agents, changed from options or in an editor.
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { type Change, changeFile, createAgent, removeAgent } from "../identity/change.ts";
import { changeAgent, composeAgent, type Wish } from "../identity/compose.ts";
import { type Place, shortHash } from "../identity/identity.ts";
import { checkAgencyName, matchAgent } from "../identity/name.ts";
import { agentNames, findAgentFile, partPath, readIdentities } from "../identity/read.ts";
import { agencyPlace, changeJson, keeperFor, problemJson, sayChange } from "./agent-place.ts";
import { changedMeanwhile, editText } from "./editor.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, printRefusal, say } from "./print.ts";
import { textOrStdin } from "./task-options.ts";

/** The options that say what an agent is. */
export interface AgentOptions {
  role?: string;
  tradeoff?: string;
  description?: string;
  skill?: string[];
  outcome?: string;
  instructions?: string;
  first?: string[];
  accept?: string[];
  never?: string[];
  json?: true;
}

export async function create(
  io: Io,
  name: string,
  options: AgentOptions & { global?: true; force?: true },
): Promise<void> {
  const place = agencyPlace(io);
  checkAgencyName(name, "agent");
  const from = keeperFor(place, options.global);
  const text = composeAgent(await wishOf(io, options));
  const change = createAgent(place, { from, name, text, replaces: options.force === true }, io.now());
  const hidden = from === "home" && findAgentFile(place, name)?.from === "project";
  if (options.json) return printJson(io, { agent: name, ...changeJson(change) });
  print(io, name);
  say(io, `made ${plain(change.path)}`);
  sayChange(io, change);
  if (hidden) say(io, `here, ${name} means the project's own agent of that name`);
}

export async function edit(
  io: Io,
  word: string,
  options: AgentOptions & { open?: "agent" | "role" | "tradeoff" },
): Promise<void> {
  const place = agencyPlace(io);
  const name = matchAgent(word, agentNames(place));
  const wish = await wishOf(io, options);
  const hasWish = Object.keys(wish).length > 0;
  if (hasWish && options.open !== undefined) {
    throw new WgError("usage", "--open is for the editor, and the other options do without one", { exit: 2 });
  }
  const path = fileOf(place, name, options.open ?? "agent");
  const file = { path, text: readText(path) ?? "" };
  const save = (text: string, shownAt?: string): Change => {
    if (readText(path) !== file.text) throw changedMeanwhile(path, `wg agent edit ${name}`);
    return changeFile(place, { path, text }, shownAt, io.now());
  };
  const changed = hasWish
    ? saveWish(changeAgent(name, path, file.text, wish), file.text, save)
    : await editText(io, {
        file,
        noun: "the agent",
        again: `wg agent edit ${name}${options.open === undefined ? "" : ` --open ${options.open}`}`,
        otherwise:
          "say what to change: wg agent edit <name> --tradeoff <name>; wg agent edit --help has the rest",
        save,
      });
  if (changed === undefined) {
    io.status = 4;
    if (options.json) return printJson(io, { agent: name, changed: false });
    return say(io, `${name} is unchanged`);
  }
  if (options.json) return printJson(io, { agent: name, changed: true, ...changeJson(changed) });
  print(io, name);
  say(io, `saved ${plain(changed.path)}`);
  sayChange(io, changed);
}

export function remove(io: Io, word: string, { json }: { json?: true }): void {
  const place = agencyPlace(io);
  const name = matchAgent(word, agentNames(place));
  const file = findAgentFile(place, name);
  if (file === undefined) throw new WgError("no-agent", `agent "${name}" was removed just now`);
  const identity = readIdentities(place).identities.find(({ path }) => path === file.path);
  const problem = removeAgent(place, { path: file.path, identity }, io.now());
  const hash = identity && { hash: identity.hash };
  if (json) {
    printJson(io, {
      removed: name,
      path: file.path,
      ...hash,
      ...(problem && { problem: problemJson(problem) }),
    });
    return;
  }
  print(io, name);
  const kept = identity === undefined ? "" : `; what it was is kept as ${shortHash(identity.hash)}`;
  say(io, plain(`removed ${file.path}${kept}`));
  if (problem) printRefusal(io, problem, false);
  const other = findAgentFile(place, name);
  if (other !== undefined) say(io, plain(`${name} means ${other.path} now`));
}

function saveWish(text: string, old: string, save: (text: string) => Change): Change | undefined {
  return text === old ? undefined : save(text);
}

/** The file of an agent, or that of its role or tradeoff; also of one that is broken. */
function fileOf(place: Place, name: string, part: "agent" | "role" | "tradeoff"): string {
  const file = findAgentFile(place, name);
  if (file === undefined) throw new WgError("no-agent", `agent "${name}" was removed just now`);
  return part === "agent" ? file.path : partPath(place, file, part);
}

async function wishOf(io: Io, options: AgentOptions): Promise<Wish> {
  const { role, tradeoff, description, skill, outcome, first, accept, never } = options;
  const instructions = options.instructions && (await textOrStdin(io, options.instructions));
  return {
    ...(role !== undefined && { role }),
    ...(tradeoff !== undefined && { tradeoff }),
    ...(description !== undefined && { description }),
    ...(skill !== undefined && { skills: skill }),
    ...(outcome !== undefined && { outcome }),
    ...(instructions !== undefined && { instructions }),
    ...(first !== undefined && { first }),
    ...(accept !== undefined && { acceptable: accept }),
    ...(never !== undefined && { never }),
  };
}
