// How long a switch takes with 1, 5 and 20 running services, all of which acknowledge it, against a bare node.
// Prints a table; exits 1 when a ratio is above its limit. `--rounds <n>` takes more or fewer switches.
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { inTurns, makePlace, program, report } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "30" } } });
const rounds = Number(values.rounds);
/** All are asked at once; what grows with their number is the work of the services, on the cores that there are. */
const limits = { "use, 1 service": 2.5, "use, 5 services": 5, "use, 20 services": 8 };

const place = makePlace("services");
try {
  for (const name of ["red", "blue"]) {
    const file = path.join(place.home, "profiles", `${name}.toml`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `[agent]\nmodel = "codex:${name}"\n`);
  }
  let running = 0;
  const times = {};
  for (const count of [1, 5, 20]) {
    for (; running < count; running++) {
      place.node([program, "service", "start"], running === 0 ? place.project : place.addProject());
    }
    const name = `use, ${count} service${count === 1 ? "" : "s"}`;
    const taken = inTurns(rounds, { "node -e 0": () => place.node(["-e", "0"]), [name]: use });
    for (const [step, all] of Object.entries(taken)) times[step] = [...(times[step] ?? []), ...all];
  }
  report(`a switch and its services, ${rounds} rounds each`, times, limits);

  function use(round) {
    const name = round % 2 === 0 ? "red" : "blue";
    const { services } = JSON.parse(place.wg("profile", "use", name, "--no-check", "--json"));
    const applied = services.filter((service) => service.kind === "applied").length;
    if (applied !== running) throw new Error(`${applied} of ${running} services acknowledged`);
  }
} finally {
  place.end();
}
