// How long a switch takes until the running service has acknowledged it, against a bare node.
// Prints a table; exits 1 when a ratio is above its limit. `--rounds <n>` takes more or fewer switches.
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { makePlace, program, report, timed } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "100" } } });
const rounds = Number(values.rounds);
const limits = { "wg profile current": 1.5, "wg profile use": 2.2 };

const place = makePlace("switch");
try {
  for (const name of ["red", "blue"]) {
    const file = path.join(place.home, "profiles", `${name}.toml`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `[agent]\nmodel = "codex:${name}"\n`);
  }
  place.wg("service", "start");
  const times = { "node -e 0": [], "wg profile current": [], "wg profile use": [], "acknowledged after": [] };
  // In turns, so that a busy machine slows all alike; the first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const taken = oneRound(round % 2 === 0 ? "red" : "blue");
    if (round === 0) continue;
    for (const [name, value] of Object.entries(taken)) times[name].push(value);
  }
  const title = `switch to effect, ${rounds} rounds; from the start of the process, the last row from the start of the switch inside it`;
  report(title, times, limits);
} finally {
  place.end();
}

function oneRound(name) {
  const bare = timed(() => place.node(["-e", "0"]));
  const current = timed(() => place.wg("profile", "current"));
  let answer = "";
  const use = timed(() => {
    answer = place.node([program, "profile", "use", name, "--no-check", "--json"]);
  });
  const { services, tookMs } = JSON.parse(answer);
  if (services.length !== 1) throw new Error(`the service did not acknowledge: ${answer}`);
  return {
    "node -e 0": bare,
    "wg profile current": current,
    "wg profile use": use,
    "acknowledged after": tookMs,
  };
}
