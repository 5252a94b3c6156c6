// `wg profile show --revision`: the bundle that a revision stands for, whatever has become of its profile.
import { WgError } from "../base/error.ts";
import { roles } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import type { Bundle } from "../config/settings.ts";
import { readSwitches } from "../profile/history.ts";
import { requireRevision } from "../profile/revisions.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say, table } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

export function showRevision(io: Io, name: string | undefined, prefix: string, { json }: JsonOption): void {
  if (name !== undefined) {
    throw new WgError("two-questions", "a revision is shown without the name of a profile", {
      exit: 2,
      hint: `wg profile show --revision ${plain(prefix)}`,
    });
  }
  const { where } = profilePlace(io);
  const { revision, bundle } = requireRevision(where, prefix);
  const switches = readSwitches(where.home).filter((entry) => entry.revision === revision);
  const profiles = [...new Set(switches.map((entry) => entry.to))];
  if (json) {
    printJson(io, { revision, profiles, roles: roles.map((role) => roleOf(bundle, role)), bundle });
    return;
  }
  say(io, `revision ${revision}${profiles.length > 0 ? `, switched to as ${profiles.join(", ")}` : ""}`);
  const cells = roles.map((role) => {
    const { route, endpoint, key } = roleOf(bundle, role);
    return [role, route, endpoint === null ? "its own login" : `${endpoint.name} ${endpoint.url}`, key];
  });
  print(io, table(["ROLE", "ROUTE", "ENDPOINT", "FROM"], cells));
  print(io, "");
  print(io, plainLines(JSON.stringify(bundle, null, 2)));
}

function roleOf(bundle: Bundle, role: (typeof roles)[number]) {
  const { route, key } = routeFor(bundle, role);
  return { role, route: routeText(route), endpoint: endpointFor(bundle, role, route) ?? null, key };
}

function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}
