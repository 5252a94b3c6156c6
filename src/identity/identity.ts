// What an identity is: a role and a tradeoff, named by the hash of what they say.
import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { Home, Project } from "../base/home.ts";

/** What an agent is good at. Texts are trimmed; `skills` are sorted, none twice, and compared with the tags of tasks. */
export interface AgentRole {
  description: string;
  skills: string[];
  /** What its work should come to. */
  outcome?: string;
  /** More than a sentence on how it works; the only text of several lines. */
  instructions?: string;
}

/** What it puts first, what it may give up for that, and what it may not; each in order, the most important first. */
export interface Tradeoff {
  description?: string;
  first: string[];
  acceptable: string[];
  never: string[];
}

/** All that the hash stands for, and all that an agent is told. No names: renaming makes nobody another. */
export interface IdentityContent {
  role: AgentRole;
  tradeoff: Tradeoff;
}

/** Whose files an identity is made of: the user's own, or the project's. */
export type Keeper = "home" | "project";

/** An identity that can be given to an agent now. */
export interface Identity extends IdentityContent {
  /** 64 hex digits. */
  hash: string;
  name: string;
  /** A sentence for people; the role's where the agent has none of its own. */
  description: string;
  from: Keeper;
  /** The file of the agent, and those of its role and tradeoff: the same one where they are written in it. */
  path: string;
  rolePath: string;
  tradeoffPath: string;
  /** The names of its role and tradeoff; absent where they are written in the agent's own file. */
  roleName?: string;
  tradeoffName?: string;
}

/** Where identities are looked for: a project's come before the user's own. */
export interface Place {
  home: Pick<Home, "agency" | "identities">;
  project?: Pick<Project, "root" | "agency" | "identities">;
}

/** The sha256 of a content in canonical JSON. */
export function hashOf({ role, tradeoff }: IdentityContent): string {
  return sha256(contentText({ role, tradeoff }));
}

/** The text that a hash is made of: nothing but the content, whatever else the value holds. */
export function contentText({ role, tradeoff }: IdentityContent): string {
  return canonicalJson({ role, tradeoff });
}

/** A hash as people read it: its first 12 digits, as those of a revision. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
