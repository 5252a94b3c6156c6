// What the verbs about agents share: where they look, which agent a word means, how its work was scored, how it is shown.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { homeOf, type Project, projectOf } from "../base/home.ts";
import { closeGraph, openGraph } from "../graph/database.ts";
import { type IdentityTally, identityTallies } from "../graph/identity-tally.ts";
import type { PlannedIdentity } from "../graph/plan.ts";
import type { Change } from "../identity/change.ts";
import { type Identity, type Keeper, type Place, shortHash } from "../identity/identity.ts";
import { matchAgent } from "../identity/name.ts";
import { agentNames, readIdentities } from "../identity/read.ts";
import { renderIdentity } from "../identity/render.ts";
import { keepVersion } from "../identity/versions.ts";
import type { Io } from "./io.ts";
import { plain, printRefusal, say } from "./print.ts";

/** Where agents are looked for: the home, and the project around the working directory. */
export function agencyPlace(io: Io): Place & { project?: Project } {
  const project = projectOf(io.cwd, io.env);
  return { home: homeOf(io.env), ...(project && { project }) };
}

/** Where a new file goes: into the project, with `--global` or outside of one into the home. */
export function keeperFor(place: Place, global: true | undefined): Keeper {
  return global || place.project === undefined ? "home" : "project";
}

/** The agent a word means. Refuses one that cannot be used with what is wrong with it. */
export function agentNamed(place: Place, word: string): Identity {
  const name = matchAgent(word, agentNames(place));
  const { identities, problems } = readIdentities(place);
  const found = identities.find((identity) => identity.name === name);
  if (found !== undefined) return found;
  const file = `/agents/${name}.toml`;
  throw (
    problems.find(({ at }) => at?.path.endsWith(file)) ??
    new WgError("no-agent", `agent "${name}" was removed just now`)
  );
}

/** Whom an agent of this name is told to be, as it is now; kept, so that it stays known. Says why, where it cannot be kept. */
export function identityHere(io: Io, word: string): PlannedIdentity {
  const place = agencyPlace(io);
  const identity = agentNamed(place, word);
  const problem = keepVersion(place, identity, "use", io.now());
  if (problem) printRefusal(io, problem, false);
  return { hash: identity.hash, name: identity.name, text: renderIdentity(identity) };
}

/** How the work of each identity of the project was scored; nothing outside of one. */
export function talliesHere({ project }: { project?: Project }): Map<string, IdentityTally> {
  if (project === undefined || !fs.existsSync(project.database)) return new Map();
  const graph = openGraph(project);
  try {
    return identityTallies(graph);
  } finally {
    closeGraph(graph);
  }
}

const never: IdentityTally = { runs: 0, n: 0, mean: 0 };

/** `0.82 over 12`, `-` where nothing was scored. */
export function scoreText({ n, mean }: IdentityTally = never): string {
  return n === 0 ? "-" : `${mean.toFixed(2)} over ${n}`;
}

/** The runs and the score of an identity, for an envelope; `mean` is null where nothing was scored. */
export function tallyJson({ runs, n, mean }: IdentityTally = never): Record<string, unknown> {
  return { runs, score: { n, mean: n === 0 ? null : mean } };
}

/** An agent in an envelope. */
export function agentJson(identity: Identity, tally: IdentityTally | undefined): Record<string, unknown> {
  const { name, hash, description, from, path, roleName, rolePath, tradeoffName, tradeoffPath } = identity;
  return {
    name,
    hash,
    description,
    from,
    path,
    role: { ...(roleName !== undefined && { name: roleName }), path: rolePath, ...identity.role },
    tradeoff: {
      ...(tradeoffName !== undefined && { name: tradeoffName }),
      path: tradeoffPath,
      ...identity.tradeoff,
    },
    ...tallyJson(tally),
  };
}

/** What is wrong, for an envelope. */
export function problemJson({ code, message, hint, at }: WgError): Record<string, unknown> {
  return { code, message, ...(hint !== undefined && { hint }), ...(at && { at }) };
}

/** A change in an envelope. */
export function changeJson({ path, changed, problem }: Change): Record<string, unknown> {
  return {
    path,
    agents: changed.map(({ before, after }) => ({
      name: after.name,
      hash: after.hash,
      ...(before && { before: before.hash }),
    })),
    ...(problem && { problem: problemJson(problem) }),
  };
}

/** Says which agents are others now, and what could not be kept of those they were. */
export function sayChange(io: Io, { changed, problem }: Change): void {
  for (const { before, after } of changed) {
    const was = before === undefined ? "" : `, it was ${shortHash(before.hash)}`;
    say(io, plain(`${after.name} is ${shortHash(after.hash)} now${was}`));
  }
  if (problem) printRefusal(io, problem, false);
}
