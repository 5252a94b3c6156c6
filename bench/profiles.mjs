// Many profiles, and the check of a few, against a bare node: names, completion, listing and a switch among 1,000 and 10,000.
// Prints two tables; exits 1 when a ratio is above its limit. `--rounds <n>` takes more or fewer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { inTurns, makePlace, program, report } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);
const bare = (place) => ({ "node -e 0": () => place.node(["-e", "0"]) });

many(1000, { "names, 1000": 2.5, "completion, 1000": 2.5, "use by prefix, 1000": 3 });
many(10_000, { "names, 10000": 4, "completion, 10000": 4, "use by prefix, 10000": 4 });
await check();

/** A home with so many profiles, each with a model of its own. */
function many(count, limits) {
  const place = makePlace("profiles");
  const folder = path.join(place.home, "profiles");
  try {
    fs.mkdirSync(folder, { recursive: true });
    for (let n = 0; n < count; n++) {
      const text = `description = "profile ${n}"\n\n[agent]\nmodel = "codex:m${n}"\n\n[tiers]\nfast = "claude:haiku"\n`;
      fs.writeFileSync(path.join(folder, `p${String(n).padStart(5, "0")}.toml`), text);
    }
    fs.writeFileSync(path.join(folder, "red.toml"), '[agent]\nmodel = "codex:red"\n');
    fs.writeFileSync(path.join(folder, "blue.toml"), '[agent]\nmodel = "codex:blue"\n');
    const times = inTurns(rounds, {
      ...bare(place),
      [`names, ${count}`]: () => place.wg("profile"),
      [`completion, ${count}`]: () => place.wg("complete", "--", "profile", "use", "p000"),
      [`use by prefix, ${count}`]: (round) =>
        place.wg("profile", "use", round % 2 === 0 ? "re" : "bl", "--no-check"),
      [`list, ${count}`]: () => place.wg("profile", "list"),
    });
    report(`${count} profiles, ${rounds} rounds`, times, limits);
  } finally {
    place.end();
  }
}

/** Three profiles, each with an endpoint that answers; and the switch that checks its target. */
async function check() {
  const place = makePlace("check");
  const server = spawn(process.execPath, [program, "simulate", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = await once(server.stdout, "data");
    const { url } = JSON.parse(String(line).split("\n")[0]);
    for (const name of ["one", "two", "three"]) {
      place.wg("profile", "create", name, "-m", "local:qwen3-coder-30b", "-e", url);
    }
    const names = ["one", "two", "three"];
    for (const starter of ["claude", "codex", "wgnext"]) {
      fs.rmSync(path.join(place.home, "profiles", `${starter}.toml`), { force: true });
    }
    const times = inTurns(rounds, {
      ...bare(place),
      "check of one": () => place.wg("profile", "check", "one"),
      "check of three": () => place.wg("profile", "check", "--all"),
      "use, checked": (round) => place.wg("profile", "use", names[round % 3]),
    });
    report(`check, ${rounds} rounds`, times);
  } finally {
    server.kill();
    place.end();
  }
}
