// `wg agent show`: what an agent is told of itself, now or as it was under a hash, and how its work was scored.
import type { IdentityTally } from "../graph/identity-tally.ts";
import type { IdentityContent, Place } from "../identity/identity.ts";
import { agentNames } from "../identity/read.ts";
import { renderIdentity } from "../identity/render.ts";
import { requireContent } from "../identity/versions.ts";
import { agencyPlace, agentJson, agentNamed, scoreText, talliesHere, tallyJson } from "./agent-place.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson } from "./print.ts";
import { block } from "./task-print.ts";

interface JsonOption {
  json?: true;
}

/** The agent of this name; else, for the beginning of a hash, what is kept of an identity. */
export function showAgent(io: Io, word: string, options: JsonOption): void {
  const place = agencyPlace(io);
  if (isHash(place, word)) showKept(io, word, options);
  else showNamed(io, word, options);
}

function showNamed(io: Io, word: string, { json }: JsonOption): void {
  const place = agencyPlace(io);
  const identity = agentNamed(place, word);
  const { name, hash, description, path, rolePath, tradeoffPath } = identity;
  const tally = talliesHere(place).get(hash);
  if (json) {
    printJson(io, { agent: agentJson(identity, tally), text: renderIdentity(identity) });
    return;
  }
  print(io, `${paint(io, "stdout", "bold", name)}: ${plain(description)}`);
  print(io, `hash ${hash}`);
  for (const file of new Set([path, rolePath, tradeoffPath])) print(io, `from ${plain(file)}`);
  printWork(io, identity, tally);
}

function showKept(io: Io, prefix: string, { json }: JsonOption): void {
  const place = agencyPlace(io);
  const { hash, content, names } = requireContent(place, prefix);
  const tally = talliesHere(place).get(hash);
  if (json) {
    const { role, tradeoff } = content;
    printJson(io, { hash, names, role, tradeoff, ...tallyJson(tally), text: renderIdentity(content) });
    return;
  }
  print(io, `${paint(io, "stdout", "bold", hash)}: a version of ${plain(names.join(", "))}`);
  printWork(io, content, tally);
}

function printWork(io: Io, content: IdentityContent, tally: IdentityTally | undefined): void {
  const runs = tally?.runs ?? 0;
  const scored = tally === undefined || tally.n === 0 ? "not scored yet" : `scored ${scoreText(tally)}`;
  print(io, `${runs} ${runs === 1 ? "run" : "runs"} in this project, ${scored}`);
  print(io, `\nwhat it is told:\n\n${block(renderIdentity(content))}`);
}

function isHash(place: Place, word: string): boolean {
  return /^[0-9a-f]{6,64}$/.test(word) && !agentNames(place).some((name) => name.startsWith(word));
}
