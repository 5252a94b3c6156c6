// The names that may stand for an argument: profiles, tasks, runs, presets, keys; read where they are kept, nothing else.
import { homeOf, projectOf } from "../base/home.ts";
import type { Io } from "./io.ts";
import { whereOf } from "./where.ts";

/** One thing that may be typed, and a few words on it. */
export interface Candidate {
  value: string;
  about?: string;
}

/** Where an argument takes its names from. The first that matches `profile use <name>` counts. */
const sources: readonly { place: RegExp; names: (io: Io) => Candidate[] | Promise<Candidate[]> }[] = [
  { place: /^profile (create|import) <name>$|^profile import .*<name>$/, names: () => [] },
  {
    place: /^profile (use|run|env|diff|lint|show) <(name|a|b)>$/,
    names: async (io) => [...(await profiles(io)), { value: "base" }],
  },
  { place: /^profile [a-z-]+ <(name|from)>$|<profile>$| --profile <name>$/, names: profiles },
  { place: /^preset [a-z]+ <name>$| --preset <name>$/, names: presetNames },
  { place: /^(profile|config) [a-z]+ <key>$/, names: keys },
  { place: / --shell <shell>$/, names: shellNames },
  { place: /^agent create <name>$/, names: () => [] },
  { place: /<agent>$/, names: agents },
  { place: /^agent [a-z]+ --role <role>$/, names: (io) => parts(io, "role") },
  { place: /^agent [a-z]+ --tradeoff <tradeoff>$/, names: (io) => parts(io, "tradeoff") },
  { place: /^add --id <id>$/, names: () => [] },
  { place: /<task\|chat>$/, names: async (io) => [...(await tasks(io)), ...(await chats(io))] },
  { place: /<task\|run>$/, names: async (io) => [...(await tasks(io)), ...(await runs(io))] },
  { place: /<(id|task)>$/, names: tasks },
  { place: /<run>$/, names: runs },
  { place: /<chat>$/, names: chats },
];

/** The names for a place such as `profile use <name>` or `profile create --from <profile>`; none where any text may stand. */
export async function namesFor(io: Io, place: string): Promise<Candidate[]> {
  return (await sources.find((source) => source.place.test(place))?.names(io)) ?? [];
}

async function profiles(io: Io): Promise<Candidate[]> {
  const { namesAt } = await import("../profile/project-profiles.ts");
  return namesAt(whereOf(io)).map((value) => ({ value }));
}

async function agents(io: Io): Promise<Candidate[]> {
  const { readIdentities } = await import("../identity/read.ts");
  return readIdentities(whereOf(io)).identities.map(({ name, description }) => ({
    value: name,
    about: description,
  }));
}

async function parts(io: Io, wanted: "role" | "tradeoff"): Promise<Candidate[]> {
  const { readIdentities } = await import("../identity/read.ts");
  const named = readIdentities(whereOf(io)).parts.filter(({ kind }) => kind === wanted);
  return named.map(({ name, content: { description } }) => ({
    value: name,
    ...(description && { about: description }),
  }));
}

async function presetNames(): Promise<Candidate[]> {
  const [{ presets }, { agentPresets }] = await Promise.all([
    import("../setup/presets.ts"),
    import("../setup/agent-presets.ts"),
  ]);
  return [...presets, ...agentPresets].map(({ name, title }) => ({ value: name, about: title }));
}

async function shellNames(): Promise<Candidate[]> {
  const { shells } = await import("./shell-text.ts");
  return shells.map((value) => ({ value }));
}

async function keys(): Promise<Candidate[]> {
  const { spelledKeys } = await import("../config/schema.ts");
  return spelledKeys()
    .filter((key) => !key.includes("<"))
    .map((value) => ({ value }));
}

async function tasks(io: Io): Promise<Candidate[]> {
  if (projectOf(io.cwd, io.env) === undefined) return [];
  const [{ withGraph }, { listTasks }] = await Promise.all([
    import("./project-graph.ts"),
    import("../graph/task.ts"),
  ]);
  return withGraph(io, (graph) => listTasks(graph)).map(({ id, title }) => ({ value: id, about: title }));
}

async function runs(io: Io): Promise<Candidate[]> {
  if (projectOf(io.cwd, io.env) === undefined) return [];
  const [{ withGraph }, { listRuns }, { kindText }] = await Promise.all([
    import("./project-graph.ts"),
    import("../graph/run.ts"),
    import("./run-text.ts"),
  ]);
  return withGraph(io, (graph) => listRuns(graph, { limit: 50 })).map((run) => ({
    value: run.id,
    about: `${kindText(run)} of ${run.task} on ${run.profile}`,
  }));
}

async function chats(io: Io): Promise<Candidate[]> {
  const { listChats } = await import("../chat/shelf.ts");
  const { chats: found } = listChats(homeOf(io.env));
  return found
    .filter(({ chat }) => chat.status === "open")
    .map(({ chat }) => ({ value: chat.id, about: chat.title }));
}
