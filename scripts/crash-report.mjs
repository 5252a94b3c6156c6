// One seed in a line, and each problem in one below it.

/** `seed 7: held; 200 tasks, 231 runs; killed 4 services, 12 workers ...; 14 s`. */
export function summary({ seed, tasks, runs, kills, switches, tookMs, problems, kept }) {
  const killed = Object.entries(kills).map(([kind, count]) => `${count} ${kind}`);
  const head = `seed ${seed}: ${problems.length === 0 ? "held" : "BROKEN"}`;
  const line = [
    head,
    `${tasks} tasks, ${runs} runs, ${switches} switches`,
    `killed ${killed.join(", ")}`,
    `${Math.round(tookMs / 1000)} s`,
  ].join("; ");
  const again =
    problems.length === 0 ? [] : [`play it again: npm run test:crash -- --seed ${seed}`, `left in ${kept}`];
  return [line, ...[...problems, ...again].map((text) => `  ${text}`)].join("\n");
}
