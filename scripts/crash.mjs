// SIGKILL for everything at random moments, by seeds that can be played again, and what must hold all the same.
import * as os from "node:os";
import { parseArgs } from "node:util";
import { summary, total } from "./crash-report.mjs";
import { playSeed } from "./crash-seed.mjs";

const help = `npm run test:crash -- [options]

  --seed <n>    play this one seed
  --seeds <n>   play so many, from 1 on (default 5)
  --from <n>    begin with this one
  --tasks <n>   tasks in the graph (default 200)
  --agents claude   the real Claude Code at a simulated model server in place of shell commands (npm run test:agents
                    installs it); for few tasks
  --jobs <n>    so many at a time (default: two for each processor, since much of a seed is waiting)

For each seed: a project with a graph of tasks and a service, while its service, its workers, the commands they run and the
CLI are killed at random moments, profiles are switched and changed, and tasks are added. Every third seed works in a git
repository with worktrees, and kills git too. At the end every task must be done, none may have run beside itself, no
acknowledged change may be lost, no process left and no file torn; with worktrees the work of every task is in main, and
nothing else is left of it.`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "5" },
    from: { type: "string", default: "1" },
    tasks: { type: "string", default: "200" },
    jobs: { type: "string", default: String(2 * os.availableParallelism()) },
    agents: { type: "string" },
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
if (![undefined, "claude"].includes(values.agents)) {
  console.error("--agents knows claude alone");
  process.exit(2);
}
const graph = { tasks: count(values.tasks, "tasks"), hasAgents: values.agents !== undefined };
const jobs = count(values.jobs, "jobs");
const first = count(values.seed ?? values.from, "seed");
const last = values.seed === undefined ? first + count(values.seeds, "seeds") - 1 : first;
const startedMs = performance.now();
const played = [];
let next = first;
async function playOn() {
  while (next <= last) {
    const result = await playSeed(next++, graph);
    played.push(result);
    console.log(summary(result));
  }
}
await Promise.all(Array.from({ length: jobs }, playOn));
console.log(total(played, performance.now() - startedMs));
process.exit(played.every(({ problems }) => problems.length === 0) ? 0 : 1);
