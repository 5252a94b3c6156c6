// One seed in a line, each problem in one below it, and all seeds in the last.

/** `seed 7: held; 64 tasks, 71 runs, 5 switches; killed 4 services, 12 workers ...; 14 s`. */
export function summary({ seed, hasRepository, counts, kills, tookMs, problems, kept }) {
  const head = `seed ${seed}${hasRepository ? " (worktrees)" : ""}: ${problems.length === 0 ? "held" : "BROKEN"}`;
  const line = `${head}; ${numbers(counts)}; killed ${killed(kills)}; ${seconds(tookMs)}`;
  const again =
    problems.length === 0 ? [] : [`play it again: npm run test:crash -- --seed ${seed}`, `left in ${kept}`];
  return [line, ...[...problems, ...again].map((text) => `  ${text}`)].join("\n");
}

/** The same of all that were played, in `tookMs` together. */
export function total(played, tookMs) {
  const held = played.filter(({ problems }) => problems.length === 0).length;
  const [counts, kills] = [sum(played.map(({ counts }) => counts)), sum(played.map(({ kills }) => kills))];
  return `${held} of ${played.length} seeds held; ${numbers(counts)}; killed ${killed(kills)}; ${seconds(tookMs)}`;
}

function sum(all) {
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, all.reduce((so, each) => so + each[name], 0)]));
}

function numbers({ tasks, runs, switches }) {
  return `${tasks} tasks, ${runs} runs, ${switches} switches`;
}

function killed({ service, worker, command, git, call }) {
  return `${service} services, ${worker} workers, ${command} commands, ${git} gits, ${call} CLI calls`;
}

function seconds(ms) {
  return `${Math.round(ms / 1000)} s`;
}
