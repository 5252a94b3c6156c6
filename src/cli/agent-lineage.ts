// `wg agent lineage`: what an agent has been, what changed from version to version, and how each worked.
import { differenceText } from "../identity/difference.ts";
import { shortHash } from "../identity/identity.ts";
import { matchAgent } from "../identity/name.ts";
import { agentNames, findAgentFile, readIdentities } from "../identity/read.ts";
import { keptNames, lineageOf } from "../identity/versions.ts";
import { agencyPlace, scoreText, talliesHere, tallyJson } from "./agent-place.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { timeText } from "./task-print.ts";

const words = { init: "wg agency init", create: "create", edit: "edit", use: "by hand" } as const;

export function showLineage(io: Io, word: string, { json }: { json?: true }): void {
  const place = agencyPlace(io);
  const kept = keptNames(place);
  const name = matchAgent(word, [...new Set([...agentNames(place), ...kept.map((each) => each.name)])]);
  const from =
    findAgentFile(place, name)?.from ?? kept.findLast((each) => each.name === name)?.from ?? "home";
  const current = readIdentities(place).identities.find((identity) => identity.name === name);
  const tallies = talliesHere(place);
  const versions = lineageOf(place, name, from).reverse();
  if (json) {
    printJson(io, {
      name,
      from,
      current: current?.hash ?? null,
      versions: versions.map((version) => ({ ...version, ...tallyJson(tallies.get(version.hash)) })),
    });
    return;
  }
  const rows = versions.map(({ hash, at, by, changes }) => {
    const tally = tallies.get(hash);
    const what = changes.map(differenceText).join(", ") || "-";
    return [shortHash(hash), timeText(at), words[by], String(tally?.runs ?? 0), scoreText(tally), what];
  });
  if (rows.length > 0) print(io, table(["HASH", "SINCE", "BY", "RUNS", "SCORE", "CHANGED"], rows));
  if (current === undefined)
    say(io, `${name} cannot be used now; wg agent list says why, or that it is gone`);
  else if (current.hash !== versions[0]?.hash)
    say(io, `${name} is ${shortHash(current.hash)} now, which was not used yet`);
}
