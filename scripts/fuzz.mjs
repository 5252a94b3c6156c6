// Plays the tests that draw by chance, round after round, each with a seed of its own.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";

const help = `npm run test:fuzz -- [options] [paths]

  --rounds <n>   how often everything is played (default 10)
  --seed <n>     the seed of the first round, each later one has the next (default: drawn)

Plays the tests below the paths (default src) that draw what they try. A seed that fails is told; WG_SEED=<n> plays it again.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "10" },
    seed: { type: "string", default: String(randomInt(2 ** 30)) },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const whole = (name) => {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} must be a whole number`);
  process.exit(2);
};
const [rounds, first] = [whole("rounds"), whole("seed")];
const root = path.resolve(import.meta.dirname, "..");
const files = (positionals.length > 0 ? positionals : ["src"]).flatMap(drawing);
if (files.length === 0) {
  console.error("no test there draws by chance");
  process.exit(2);
}

const broken = [];
for (let seed = first; seed < first + rounds; seed++) {
  const { status, stdout, stderr } = play(seed);
  console.log(`seed ${seed}: ${status === 0 ? "held" : "BROKEN"}`);
  if (status === 0) continue;
  console.log(`${stdout}${stderr}`);
  broken.push(seed);
}
console.log(`${rounds - broken.length} of ${rounds} seeds held in ${files.length} files`);
for (const seed of broken) console.log(`play it again: npm run test:fuzz -- --rounds 1 --seed ${seed}`);
process.exit(broken.length === 0 ? 0 : 1);

/** The tests below a folder, or that one file, whose draws follow WG_SEED. */
function drawing(place) {
  const whole = path.resolve(place);
  const found = fs.statSync(whole).isFile()
    ? [whole]
    : fs.readdirSync(whole, { recursive: true }).map((name) => path.join(whole, name));
  return found.filter(
    (file) =>
      file.endsWith(".test.ts") && /from "(fast-check|.*\/drawn\.ts)"/.test(fs.readFileSync(file, "utf8")),
  );
}

function play(seed) {
  const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
  // Time is no matter here, and many rounds are played beside other work.
  const how = ["--project", "unit", "--project", "whole", "--test-timeout", "600000"];
  return spawnSync(process.execPath, [vitest, "run", ...how, ...files], {
    cwd: root,
    env: { ...process.env, WG_SEED: String(seed) },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
}
