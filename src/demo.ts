// `npm run demo`: a switch of profiles under real work, in a world of its own, checked against what the models saw.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, WgError } from "./base/error.ts";
import { table } from "./cli/print.ts";
import { servedText } from "./cli/run-text.ts";
import { type Agent, type AgentName, findAgents } from "./demo/agents.ts";
import { brokenClaims, type Facts } from "./demo/claims.ts";
import { makePlace, type Place } from "./demo/place.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { play, type Stop, script, setUp, stopsFor } from "./demo/story.ts";
import type { Run } from "./graph/run.ts";

/** Whatever hangs, the demo does not. */
const limitMs = 180_000;

const ending = new AbortController();
let status = 0;
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
] as const) {
  process.on(signal, () => {
    status = 128 + number;
    ending.abort(new WgError("interrupted", `stopped by ${signal}`));
  });
}
// `npm run demo | head` closes our stdout: there is nobody left to show it to.
process.stdout.on("error", () => ending.abort(new WgError("interrupted", "nobody is watching")));
const timer = setTimeout(() => {
  ending.abort(new WgError("demo-failed", `not finished within ${limitMs / 1000} s`));
}, limitMs);

// What it stays at when the demo hangs with nothing left to wait for.
process.exitCode = 1;
void demo(openStage(process.stdout, process.env), ending.signal).then((succeeded) => {
  clearTimeout(timer);
  process.exitCode = succeeded ? 0 : status || 1;
});

/** Sets up, plays, tells and cleans up; true when everything it claims holds. */
async function demo(stage: Stage, signal: AbortSignal): Promise<boolean> {
  const main = path.join(path.dirname(fs.realpathSync(process.argv[1] ?? "")), "main.js");
  const place = await makePlace(main, script, process.env, signal);
  try {
    const { found, missing } = await findAgents(process.env, place.env, signal);
    const stops = stopsFor(found);
    tellPlace(stage, place, found, missing);
    await setUp(place, found, stops);
    const facts = await play(place, stops, stage, signal);
    return tellEnd(stage, stops, facts);
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    if (!(reason instanceof WgError)) throw error;
    stage.line();
    stage.line(stage.tinted(`  the demo did not come to its end: ${messageOf(reason)}`, "red"));
    return false;
  } finally {
    await place.end();
  }
}

function tellPlace(
  stage: Stage,
  place: Place,
  found: readonly Agent[],
  missing: readonly { name: AgentName; why: string }[],
): void {
  const agents = [...found.map(({ name, version }) => `${name} ${version}`), "nex (wg's own)"];
  stage.line();
  stage.line(`  ${stage.tinted("wg demo", "bold")}: the profile is switched while agents work`);
  stage.line();
  stage.fact("place", `${place.root}, gone when this ends`);
  stage.fact(
    "models",
    `simulated at ${place.simulator.url}; no account, no setting, no token of yours is touched`,
  );
  stage.fact("agents", agents.join(", "));
  if (missing.length > 0) {
    const reasons = missing.map(({ name, why }) => `${name} (${why})`).join(" and ");
    const remedy = "npm run test:agents installs what is missing; then run this again to see all of it";
    stage.fact("SKIPPED", `${reasons}: ${remedy}`, "red");
  }
  stage.line();
}

function tellEnd(stage: Stage, stops: readonly Stop[], facts: Facts): boolean {
  const { runs, switches, requests } = facts;
  stage.line();
  tellRuns(stage, stops, runs);
  stage.line();
  const broken = brokenClaims(facts);
  for (const claim of broken) stage.paragraph(`did not hold: ${claim}`, "red");
  if (broken.length > 0) return false;
  const kept = switches.map(({ task, before, after }) => {
    return `${task} was in flight when ${before.profile} gave way to ${after.profile}`;
  });
  const sentence =
    "kept their profile, revision and model to the end; whatever started after is on the new one";
  stage.paragraph(`${kept.join(", and ")}: both ${sentence}.`, "bold");
  stage.paragraph(
    `The simulator's own log agrees: ${requests.length} requests, each at the endpoint and for the model of its run.`,
  );
  stage.line();
  return true;
}

function tellRuns(stage: Stage, stops: readonly Stop[], runs: readonly Run[]): void {
  const toneOf = (run: Run | undefined) => stops.find((stop) => stop.profile === run?.profile)?.tone;
  const head = ["TASK", "RUN", "PROFILE", "REVISION", "ROUTE", "SERVED", "RESULT"];
  const rows = runs.map((run) => [
    ...[run.task, run.id, run.profile, run.revision, run.route, servedText(run) || "-"],
    run.result?.outcome ?? run.status,
  ]);
  const [first = "", ...lines] = table(head, rows).split("\n");
  const width = Math.max(first.length, ...lines.map((line) => line.length));
  if (stage.columns !== undefined && stage.columns < width + 2) {
    // Too narrow for a table: two lines for each run.
    for (const [task = "", id, profile, revision, route, served, result] of rows) {
      const tone = toneOf(runs.find((run) => run.id === id));
      stage.line(stage.tinted(`  ${task.padEnd(8)} ${profile}@${revision}  ${route}`, tone));
      stage.line(`  ${" ".repeat(8)} ${id}  served ${served}, ${result}`);
    }
    return;
  }
  stage.line(`  ${stage.tinted(first, "dim")}`);
  for (const [index, line] of lines.entries()) stage.line(`  ${stage.tinted(line, toneOf(runs[index]))}`);
}
