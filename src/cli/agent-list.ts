// `wg agent list`: who there is, what each is made of, and how its work was scored.
import { shortHash } from "../identity/identity.ts";
import { readIdentities } from "../identity/read.ts";
import { agencyPlace, agentJson, problemJson, scoreText, talliesHere } from "./agent-place.ts";
import type { Io } from "./io.ts";
import { print, printJson, printRefusal, say, table } from "./print.ts";

export function listAgents(io: Io, { json }: { json?: true }): void {
  const place = agencyPlace(io);
  const { identities, problems } = readIdentities(place);
  const tallies = talliesHere(place);
  if (json) {
    const agents = identities.map((identity) => agentJson(identity, tallies.get(identity.hash)));
    printJson(io, { agents, problems: problems.map(problemJson) });
    return;
  }
  const rows = identities.map((identity) => {
    const { name, hash, from, role, description } = identity;
    const tally = tallies.get(hash);
    const made = [identity.roleName ?? "its own", identity.tradeoffName ?? "its own"];
    const worked = [String(tally?.runs ?? 0), scoreText(tally)];
    return [name, shortHash(hash), ...made, from, ...worked, role.skills.join(" ") || "-", description];
  });
  const head = ["AGENT", "HASH", "ROLE", "TRADEOFF", "FROM", "RUNS", "SCORE", "SKILLS", "DESCRIPTION"];
  if (rows.length > 0) print(io, table(head, rows));
  else say(io, "no agents; wg agency init writes a few, wg agent create makes one");
  for (const problem of problems) printRefusal(io, problem, false);
}
