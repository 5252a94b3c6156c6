// The identities of a place: every agent whose files are good, and what is wrong with the others.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { agencyNames, agencyPath, agencyText, type Kind, keepersOf } from "./folders.ts";
import { type AgentRole, hashOf, type Identity, type Keeper, type Place, type Tradeoff } from "./identity.ts";
import { isAgencyName } from "./name.ts";
import { type AgentFile, type Part, readAgentFile, readRoleFile, readTradeoffFile } from "./parts.ts";

/** A text as though it stood in a file already: what an editor has saved is tried so. */
export interface Draft {
  path: string;
  text: string;
}

/** A role or a tradeoff in a file of its own that can be named here. */
export interface NamedPart {
  kind: "role" | "tradeoff";
  name: string;
  from: Keeper;
  path: string;
  content: AgentRole | Tradeoff;
}

/** What a place has; `problems` never keep a good one from being used. */
export interface Identities {
  identities: Identity[];
  parts: NamedPart[];
  problems: WgError[];
}

/** Characters that all of an identity may have: it is told with every prompt, and as one argument to some agents. */
const maxCharacters = 8000;

/**
 * Every identity by name, sorted. A project's agent hides the user's own of its name, also when it is broken: nobody gets
 * another agent because of a typing error. What the user's own agents are made of is the user's own; a project's agent may
 * also take roles and tradeoffs of the user's. Never refuses because of what files say.
 */
export function readIdentities(place: Place, draft?: Draft): Identities {
  const problems: WgError[] = [];
  const files = new Files(place, draft, problems);
  const found = new Map<string, Identity | undefined>();
  for (const from of keepersOf(place)) {
    for (const name of namesOf(place, from, "agents", problems, draft)) {
      if (!found.has(name))
        found.set(
          name,
          tried(problems, () => files.identity(from, name)),
        );
    }
  }
  const identities = [...found.values()].filter((identity) => identity !== undefined).sort(byName);
  return { identities, parts: [...files.parts("role"), ...files.parts("tradeoff")], problems };
}

/** The name, and the file that an agent of it has or had to have; undefined where there is no such file. */
export function findAgentFile(
  place: Place,
  name: string,
): { from: Keeper; path: string; text: string } | undefined {
  for (const from of keepersOf(place)) {
    const path = agencyPath(place, from, "agents", name);
    const text = agencyText(place, from, path);
    if (text !== undefined) return { from, path, text };
  }
  return undefined;
}

/** The file that says an agent's role or tradeoff, also a broken one: a file of its own, or that of the agent. */
export function partPath(
  place: Place,
  agent: { from: Keeper; path: string; text: string },
  key: "role" | "tradeoff",
): string {
  const file = readAgentFile(agent.path, agent.text);
  const part = file[key];
  if (part.kind === "inline") return agent.path;
  const paths = partKeepers(place, agent.from).map((from) => agencyPath(place, from, `${key}s`, part.name));
  const found = paths.find((path) => fs.existsSync(path));
  if (found === undefined) throw noPart(path.basename(agent.path, ".toml"), file, key, part.name);
  return found;
}

/** Whose roles and tradeoffs an agent may take. */
function partKeepers(place: Place, from: Keeper): Keeper[] {
  return from === "project" ? keepersOf(place) : ["home"];
}

function noPart(agent: string, file: AgentFile, key: "role" | "tradeoff", name: string): WgError {
  return new WgError("bad-identity", `agent "${agent}" cannot be used: there is no ${key} "${name}"`, {
    at: file.placeOf([key]),
    hint: `wg agency list shows those there are; a file ${key}s/${name}.toml makes one`,
  });
}

/** The names of all agents, also of those that are broken. */
export function agentNames(place: Place): string[] {
  const names = keepersOf(place).flatMap((from) => agencyNames(place, from, "agents").names);
  return [...new Set(names)].sort();
}

/** The names of one kind, also that of a draft whose file is not there yet. */
function namesOf(place: Place, from: Keeper, kind: Kind, problems: WgError[], draft?: Draft): string[] {
  const { names, problems: found } = agencyNames(place, from, kind);
  problems.push(...found);
  const drafted = path.basename(draft?.path ?? "", ".toml");
  const isNew = isAgencyName(drafted) && agencyPath(place, from, kind, drafted) === draft?.path;
  return isNew && !names.includes(drafted) ? [...names, drafted] : names;
}

/** What a step gives; else its refusal is among the problems. */
function tried<T>(problems: WgError[], step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    problems.push(error);
    return undefined;
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

type Read<Content> = (path: string, text: string) => Content;

/** The files of a place; a role or a tradeoff is read once, however many agents have it. */
class Files {
  private readonly place: Place;
  private readonly draft: Draft | undefined;
  private readonly problems: WgError[];
  /** By path: what the file says, or why that cannot be told. */
  private readonly read = new Map<string, AgentRole | Tradeoff | WgError>();

  constructor(place: Place, draft: Draft | undefined, problems: WgError[]) {
    this.place = place;
    this.draft = draft;
    this.problems = problems;
  }

  identity(from: Keeper, name: string): Identity {
    const path = agencyPath(this.place, from, "agents", name);
    const file = readAgentFile(path, this.textOf(from, path) ?? "");
    const role = this.part({ from, name, path }, file, "role", readRoleFile);
    const tradeoff = this.part({ from, name, path }, file, "tradeoff", readTradeoffFile);
    const content = { role: role.content, tradeoff: tradeoff.content };
    const size = charactersOf(content);
    if (size > maxCharacters) {
      throw new WgError(
        "bad-identity",
        `agent "${name}" has ${size} characters in all, the limit is ${maxCharacters}`,
        {
          at: { path },
          hint: "it is told with every prompt; say less",
        },
      );
    }
    return {
      hash: hashOf(content),
      name,
      description: file.description ?? role.content.description,
      from,
      path,
      rolePath: role.path,
      tradeoffPath: tradeoff.path,
      ...(role.name !== undefined && { roleName: role.name }),
      ...(tradeoff.name !== undefined && { tradeoffName: tradeoff.name }),
      ...content,
    };
  }

  /** All of one kind, also those that no agent names. A project's hides the user's own of its name. */
  parts(kind: NamedPart["kind"]): NamedPart[] {
    const read: Read<AgentRole | Tradeoff> = kind === "role" ? readRoleFile : readTradeoffFile;
    const found = new Map<string, NamedPart | undefined>();
    for (const from of keepersOf(this.place)) {
      for (const name of namesOf(this.place, from, `${kind}s`, this.problems, this.draft)) {
        const path = agencyPath(this.place, from, `${kind}s`, name);
        const content = this.contentOf(from, path, read);
        const isGood = content !== undefined && !(content instanceof WgError);
        if (!found.has(name)) found.set(name, isGood ? { kind, name, from, path, content } : undefined);
      }
    }
    return [...found.values()].filter((part) => part !== undefined).sort(byName);
  }

  private part<Content extends AgentRole | Tradeoff>(
    agent: Pick<Identity, "from" | "name" | "path">,
    file: AgentFile,
    key: "role" | "tradeoff",
    read: Read<Content>,
  ): { content: Content; path: string; name?: string } {
    // The reader of a part's file and the part of an agent's file give the same type, by `key`.
    const part = file[key] as Part<Content>;
    if (part.kind === "inline") return { content: part.content, path: agent.path };
    const { name } = part;
    for (const keeper of partKeepers(this.place, agent.from)) {
      const path = agencyPath(this.place, keeper, `${key}s`, name);
      const content = this.contentOf(keeper, path, read);
      if (content instanceof WgError) {
        const message = `agent "${agent.name}" cannot be used: its ${key} "${name}" is broken`;
        throw new WgError("bad-identity", message, {
          at: file.placeOf([key]),
          hint: `mend ${path}`,
          cause: content,
        });
      }
      if (content !== undefined) return { content, path, name };
    }
    throw noPart(agent.name, file, key, name);
  }

  private contentOf<Content extends AgentRole | Tradeoff>(
    from: Keeper,
    path: string,
    read: Read<Content>,
  ): Content | WgError | undefined {
    const known = this.read.get(path);
    // A path is in one of two folders, and each has one reader.
    if (known !== undefined) return known as Content | WgError;
    const failed: WgError[] = [];
    const content = tried(failed, () => {
      const text = this.textOf(from, path);
      return text === undefined ? undefined : read(path, text);
    });
    const result = content ?? failed[0];
    this.problems.push(...failed);
    if (result !== undefined) this.read.set(path, result);
    return result;
  }

  private textOf(from: Keeper, path: string): string | undefined {
    return this.draft?.path === path ? this.draft.text : agencyText(this.place, from, path);
  }
}

function charactersOf({ role, tradeoff }: { role: AgentRole; tradeoff: Tradeoff }): number {
  const lists = [...role.skills, ...tradeoff.first, ...tradeoff.acceptable, ...tradeoff.never];
  const texts = [role.description, role.outcome, role.instructions, tradeoff.description, ...lists];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
