// A moment of the past as people write it on the command line: `7d`, or a day.
import { InvalidArgumentError } from "commander";

/** What stands for `--since` in help. */
export const sinceHelp = "7d, 12h, 4w, or a day such as 2026-11-01";

/** `7d` or `2026-11-01`, counted from the moment it is asked for. */
export function since(text: string): (now: Date) => Date {
  const [, count, unit = ""] = /^([1-9][0-9]{0,4})([hdw])$/.exec(text) ?? [];
  if (count !== undefined)
    return (now) => new Date(now.getTime() - Number(count) * hoursIn(unit) * 3_600_000);
  // Without an hour a day begins where this process is, as the days of `wg usage` do.
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`) : new Date(Number.NaN);
  if (Number.isNaN(day.getTime())) {
    throw new InvalidArgumentError("it must be such as 12h, 7d, 4w, or a day such as 2026-11-01.");
  }
  return () => day;
}

function hoursIn(unit: string): number {
  return unit === "h" ? 1 : unit === "d" ? 24 : 168;
}
