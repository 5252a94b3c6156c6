// How often `wg profile compare` errs, over simulated populations: winners by luck, differences missed, intervals without the
// truth. `--repeats <n>` for more than a look, `--seed <n>` for another one. Exits 1 when a rate is above its limit.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { printTable } from "./support.mjs";

const { values } = parseArgs({
  options: { repeats: { type: "string", default: "300" }, seed: { type: "string", default: "1" } },
});
const repeats = Number(values.repeats);
const {
  comparisonOf,
  wholeError,
  measures,
  figureError,
  meanInterval,
  sampleOf,
  scoreRange,
  seeded,
  simulatedWork,
} = await modules();
const random = seeded(Number(values.seed));

const sizes = [20, 50, 100, 300, 1000];
const percent = (hits, of) => `${((100 * hits) / of).toFixed(1)}%`;
const truth = (profile, tasks, more) => ({ profile, tasks, doneRate: 0.9, score: 0.8, ...more });
let worst = 0;

twoProfiles();
manyProfiles();
manyLooks();
coverage();
// Up to four standard errors above what was promised is the luck of so few repeats.
process.exitCode = worst > wholeError + 4 * Math.sqrt((wholeError * (1 - wholeError)) / repeats) ? 1 : 0;

/** Two profiles by how much the second is better: what is told of them, and whether the intervals hold the truth. */
function twoProfiles() {
  const rows = [];
  const effects = [{}, { score: 0.83 }, { score: 0.85 }, { score: 0.9 }, { doneRate: 0.97 }];
  for (const better of effects) {
    for (const size of sizes) {
      const counts = { right: 0, wrong: 0, none: 0, thin: 0, missed: 0 };
      for (let repeat = 0; repeat < repeats; repeat++) {
        const truths = [truth("a", size, {}), truth("b", size, better)];
        const comparison = comparisonOf(
          truths.map((each) => simulatedWork(each, random)),
          measures,
        );
        count(counts, comparison, truths);
      }
      const isEqual = Object.keys(better).length === 0;
      worst = Math.max(worst, counts.wrong / repeats, isEqual ? counts.right / repeats : 0);
      rows.push([
        isEqual
          ? "none"
          : Object.entries(better)
              .map(([name, value]) => `${name} ${value}`)
              .join(),
        String(size),
        ...[
          isEqual ? counts.right + counts.wrong : counts.right,
          isEqual ? 0 : counts.wrong,
          counts.none,
          counts.thin,
        ].map((each) => percent(each, repeats)),
        percent(counts.missed, repeats * 2),
      ]);
    }
  }
  printTable(
    `two profiles, score 0.8 and 90% done but for what b has (${repeats} times each)`,
    ["B HAS", "TASKS", "NAMED", "WRONG", "NONE SHOWN", "TOO THIN", "INTERVAL WRONG"],
    rows,
  );
}

function count(counts, { verdict, better, pairs }, [a, b]) {
  if (verdict === "better")
    counts[better === "b" && (b.score > a.score || b.doneRate > a.doneRate) ? "right" : "wrong"] += 1;
  if (verdict === "each in one") counts.wrong += 1;
  if (verdict === "no difference shown") counts.none += 1;
  if (verdict === "too thin to tell") counts.thin += 1;
  for (const { measure, estimate } of pairs[0].differences) {
    const gap = measure === "evaluation" ? a.score - b.score : a.doneRate - b.doneRate;
    if (estimate === undefined || estimate.low > gap || estimate.high < gap) counts.missed += 1;
  }
}

/** Five profiles, all the same: how often any is called better than any other. */
function manyProfiles() {
  const rows = sizes.map((size) => {
    let alarms = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const works = ["a", "b", "c", "d", "e"].map((name) => simulatedWork(truth(name, size, {}), random));
      if (comparisonOf(works, measures).pairs.some(({ better }) => better !== undefined)) alarms += 1;
    }
    worst = Math.max(worst, alarms / repeats);
    return [String(size), percent(alarms, repeats)];
  });
  printTable("five equal profiles: any called better than any other", ["TASKS", "ALARMS"], rows);
}

/** Two equal profiles, looked at again and again while tasks come in, until one is called better. */
function manyLooks() {
  const looks = [20, 30, 40, 60, 80, 100, 130, 170, 220, 280, 350, 430, 520, 620, 730, 850, 1000];
  let alarms = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const works = ["a", "b"].map((name) => simulatedWork(truth(name, 1000, {}), random));
    const isNamed = (size) =>
      comparisonOf(
        works.map((work) => first(work, size)),
        measures,
      ).verdict === "better";
    if (looks.some(isNamed)) alarms += 1;
  }
  const title = `two equal profiles, ${looks.length} looks from 20 to 1000 tasks: called better at any of them`;
  printTable(title, ["ALARMS"], [[percent(alarms, repeats)]]);
}

function first({ profile, done, scores, reruns }, size) {
  const some = new Map([...done].slice(0, size));
  return { profile, done: some, scores: new Map([...scores].filter(([task]) => some.has(task))), reruns };
}

/** The interval around one profile's mean, for scores with few and many bad ones. */
function coverage() {
  const rows = [0, 0.02, 0.08, 0.2].flatMap((badShare) =>
    [5, 10, 20, 50, 200].map((size) => {
      let missed = 0;
      let width = 0;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const work = simulatedWork(truth("a", size, { doneRate: 1, badShare }), random);
        const { low, high } = meanInterval(sampleOf([...work.scores.values()]), scoreRange, figureError);
        if (low > 0.8 || high < 0.8) missed += 1;
        width += high - low;
      }
      return [`${badShare * 100}%`, String(size), percent(missed, repeats), (width / repeats).toFixed(2)];
    }),
  );
  printTable(
    "the 95% interval of a mean, by the share of bad work",
    ["BAD", "TASKS", "WITHOUT THE TRUTH", "WIDTH"],
    rows,
  );
}

/** The sources, bundled: a bench has no other way to a pure function. */
async function modules() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-bench-compare-"));
  const root = path.resolve(import.meta.dirname, "..");
  const files = [
    "src/score/compare",
    "src/score/difference",
    "src/score/interval",
    "test/support/population",
  ];
  try {
    const input = Object.fromEntries(
      files.map((file) => [path.basename(file), path.join(root, `${file}.ts`)]),
    );
    const bundle = await rolldown({ cwd: root, input, platform: "node", logLevel: "silent" });
    await bundle.write({ dir: folder, format: "esm", entryFileNames: "[name].mjs" });
    const loaded = await Promise.all(
      Object.keys(input).map((name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href)),
    );
    return Object.assign({}, ...loaded);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
