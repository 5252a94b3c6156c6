// `wg failover drill`: a failover and the way back, rehearsed by a real service in a world of its own.
import { WgError } from "../base/error.ts";
import { routeText } from "../base/route.ts";
import type { Settings } from "../config/settings.ts";
import type { CoolingClass } from "../cooling/cooling.ts";
import { destinationOf } from "../cooling/destination.ts";
import type { Run } from "../graph/run.ts";
import { choose } from "../plan/choose.ts";
import { clockText, fallbacksOf } from "../plan/failover.ts";
import { loadNamed } from "../profile/load.ts";
import { isBase } from "../profile/name.ts";
import { matchAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import { type DrillPlace, makeDrillPlace, type Part } from "./failover-place.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { whereOf } from "./where.ts";

interface Options {
  class: CoolingClass;
  json?: true;
}

/** `ok` is false for a step that a person would not want. */
interface Step {
  step: "parts" | "passed-over" | "turned-away" | "cools" | "goes-on" | "waits" | "pointer" | "back";
  ok: boolean;
  text: string;
}

/** Prints step by step what would happen; the exit status is 1 when the work would have had to wait. */
export async function drill(io: Io, word: string, { class: failure, json }: Options): Promise<void> {
  // What is started here has to be ended, also when somebody loses patience.
  io.patient = true;
  const where = whereOf(io);
  const name = isBase(word) ? undefined : matchAt(where, word);
  const settings = loadNamed(where, name);
  const { usable, skipped } = fallbacksOf(where, settings);
  const parts = partsOf(where, [settings, ...usable]);
  const steps: Step[] = [];
  const tell = (step: Step["step"], ok: boolean, text: string) => {
    steps.push({ step, ok, text });
    if (!json)
      print(
        io,
        `${ok ? paint(io, "stdout", "green", "ok  ") : paint(io, "stdout", "red", "no  ")}${plain(text)}`,
      );
  };
  say(io, "rehearsing in a temporary home: simulated servers stand in, and wg's own agent for every program");
  for (const part of parts)
    tell("parts", true, `${part.name} would run ${part.route} on ${part.destination}`);
  for (const sentence of skipped) tell("passed-over", false, sentence);
  const place = await makeDrillPlace(io, parts);
  try {
    await rehearse(place, parts, failure, tell);
  } finally {
    await place.end();
  }
  const passed = steps.every(({ step, ok }) => ok || step === "passed-over");
  io.status = passed ? 0 : 1;
  if (json) printJson(io, { profile: name ?? "base", class: failure, passed, steps });
}

type Tell = (step: Step["step"], ok: boolean, text: string) => void;

async function rehearse(
  place: DrillPlace,
  parts: readonly Part[],
  failure: CoolingClass,
  tell: Tell,
): Promise<void> {
  const [active, ...fallbacks] = parts;
  if (active === undefined) throw new Error("a drill has an active profile");
  await place.turnAway(active.destination, failure);
  await place.startService();
  const runs = await place.work("first");
  for (const run of runs) {
    const turnedAway = run.result?.failure;
    if (turnedAway === undefined) continue;
    tell(
      "turned-away",
      true,
      `a run on ${run.profile} is turned away by ${turnedAway.class}: ${turnedAway.message}`,
    );
  }
  for (const cooling of place.coolings()) {
    const until = clockText(new Date(cooling.until));
    const said = cooling.resetsAt === undefined ? "" : `, although its server says ${cooling.resetsAt}`;
    tell("cools", true, `${cooling.destination} cools until ${until}${said}`);
  }
  const last = runs.at(-1);
  const isCarried = last?.result?.outcome === "done" && last.profile !== active.name;
  if (isCarried) tell("goes-on", true, goesOn(last, runs, parts));
  else tell("waits", false, whyItWaits(active, fallbacks));
  const pointed = place.pointer();
  tell("pointer", pointed === active.name, `${pointed} is still the active profile`);
  await place.answerAgain(active.destination);
  place.rest();
  const [back] = await place.work("second");
  const isBack =
    back?.result?.outcome === "done" && back.profile === active.name && place.coolings().length === 0;
  const after = "when it has rested and answers again";
  tell(
    "back",
    isBack,
    isBack
      ? `${after}, one run tries ${active.name}, and the work is back`
      : `${after}, the work does not come back`,
  );
}

function goesOn(run: Run, runs: readonly Run[], parts: readonly Part[]): string {
  const route = parts.find(({ name }) => name === run.profile)?.route ?? run.route;
  const tookMs = Date.parse(run.claimedAt) - Date.parse(runs.at(-2)?.endedAt ?? run.claimedAt);
  const after = `${(tookMs / 1000).toFixed(1)} s later`;
  return `the task goes on with ${run.profile} as a whole, ${route}, ${after}, and is done`;
}

function whyItWaits(active: Part, fallbacks: readonly Part[]): string {
  const wait = "the task waits until it has rested, or fails where that is no use";
  if (fallbacks.length === 0) return `${active.name} has no fallback to go on with: ${wait}`;
  if (fallbacks.every(({ destination }) => destination === active.destination)) {
    return `every fallback goes to the same place, which cools as well: ${wait}`;
  }
  return `no fallback has carried it: ${wait}`;
}

/** Each profile with what its workers would run on. Refuses where one has nothing. */
function partsOf(where: Where, all: readonly Settings[]): Part[] {
  return all.map((settings) => {
    const chosen = choose("worker", settings);
    const destination = destinationOf(chosen, where.env);
    if (destination === undefined) throw new WgError("no-place", "this profile runs on no model at all");
    return {
      name: settings.active.name ?? "base",
      route: routeText(chosen.route),
      model: chosen.route.model,
      destination,
    };
  });
}
