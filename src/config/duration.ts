// Times as people write them: "90s", "10m", "2h".

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Timers of the platform cannot wait longer. */
const longestMs = 20 * 86_400_000;

/** Milliseconds of a whole number with a unit (`ms`, `s`, `m`, `h`, `d`); undefined for anything else, zero and above 20 days. */
export function durationMs(text: string): number | undefined {
  const [, count, unit = ""] = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  return ms > 0 && ms <= longestMs ? ms : undefined;
}

/** The same the other way round, in the largest unit that says it exactly: `10m`, `90s`, `2h`. */
export function durationWords(ms: number): string {
  const units = Object.entries(unitMs).reverse();
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}
