// `npm run smoke`: tries an installed wg as its user would, without a key and without a network, and says what holds.
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { inPlace } from "./smoke-place.mjs";
import { scenarios } from "./smoke-scenarios.mjs";

const usage = `usage: npm run smoke [-- [--wg <program>] [scenario...]]

Tries, in this order: $WG or --wg, the wg on PATH, what is built in this checkout.
Scenarios: ${Object.keys(scenarios).join(", ")}`;

const { program, names } = asked();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => interrupted.abort());

const width = Math.max(...names.map((name) => name.length));
let held = 0;
for (const name of names) {
  if (interrupted.signal.aborted) break;
  const reason = await failureOf(name);
  if (reason === undefined) held++;
  console.log(reason === undefined ? `ok      ${name}` : `failed  ${name.padEnd(width)}  ${reason}`);
}
console.log(`${held} of ${names.length} scenarios hold for ${program.at(-1)} ${await version()}`);
process.exitCode = held === names.length ? 0 : 1;

async function version() {
  const said = await inPlace(program, interrupted.signal, (place) => place.wg(["--version"])).catch(
    () => undefined,
  );
  return `version ${said?.stdout.trim().split("\n")[0] || "unknown"}`;
}

/** Why a scenario does not hold, in one line; undefined when it does. */
async function failureOf(name) {
  try {
    await inPlace(program, interrupted.signal, scenarios[name]);
    return undefined;
  } catch (error) {
    return interrupted.signal.aborted ? "interrupted" : error.message.trim().replaceAll(/\s*\n\s*/g, "; ");
  }
}

function asked() {
  try {
    const { values, positionals } = parseArgs({
      options: { wg: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !Object.hasOwn(scenarios, name));
    if (unknown !== undefined) throw new Error(`no scenario "${unknown}"`);
    const names = positionals.length > 0 ? positionals : Object.keys(scenarios);
    return { program: commandFor(values.wg || process.env.WG || onPath("wg") || built()), names };
  } catch (error) {
    console.error(`smoke: ${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** A script is run by this very Node, anything else as it is. */
function commandFor(file) {
  const whole = file.includes("/") ? path.resolve(file) : (onPath(file) ?? file);
  return /\.[cm]?js$/.test(whole) ? [process.execPath, whole] : [whole];
}

function onPath(name) {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function built() {
  return path.resolve(import.meta.dirname, "..", "dist", "main.js");
}
