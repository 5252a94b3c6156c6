// SIGKILL for everything at random moments, by seeds that can be played again, and what must hold all the same.
import { parseArgs } from "node:util";
import { summary } from "./crash-report.mjs";
import { playSeed } from "./crash-seed.mjs";

const help = `npm run test:crash -- [options]

  --seed <n>    play this one seed
  --seeds <n>   play so many, from 1 on (default 5)
  --from <n>    begin with this one
  --tasks <n>   tasks in the graph (default 200)

For each seed: a project with a graph of tasks and a service, while its service, its workers, the commands they run and the
CLI are killed at random moments and profiles are switched. At the end every task must be done, none may have run beside
itself, no acknowledged change may be lost, no process left and no file torn.`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "5" },
    from: { type: "string", default: "1" },
    tasks: { type: "string", default: "200" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

const count = (text, name) => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error(`--${name} must be a whole number from 1`);
  process.exit(2);
};
const first = count(values.seed ?? values.from, "seed");
const last = values.seed === undefined ? first + count(values.seeds, "seeds") - 1 : first;
const played = [];
for (let seed = first; seed <= last; seed++) {
  const result = await playSeed(seed, count(values.tasks, "tasks"));
  played.push(result);
  console.log(summary(result));
}
const broken = played.filter(({ problems }) => problems.length > 0);
const killed = played.reduce((sum, { kills }) => sum + Object.values(kills).reduce((a, b) => a + b, 0), 0);
console.log(
  `${played.length - broken.length} of ${played.length} seeds held, ${killed} processes were killed`,
);
process.exit(broken.length === 0 ? 0 : 1);
