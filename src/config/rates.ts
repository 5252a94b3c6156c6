// Prices of models as they stand in a settings file.
import type { Rates } from "../base/rates.ts";
import { isTable } from "./toml.ts";
import { valueType } from "./value.ts";

const dollars = { type: "number", minimum: 0, maximum: 100_000 } as const;

/** `{ input = 3, output = 15, cached = 0.3 }`, in US dollars for a million tokens. */
export const ratesType = valueType<Rates>({
  schema: {
    type: "object",
    properties: { input: dollars, output: dollars, cached: dollars },
    required: ["input", "output"],
    additionalProperties: false,
  },
  expects:
    "{ input = 3, output = 15, cached = 0.3 }, in dollars for a million tokens (cached may be left out)",
  form: "literal",
  accepts: (value): value is Rates => ratesIn(value) !== undefined,
});

/** A sum of US dollars. */
export const dollarsType = valueType<number>({
  schema: { type: "number", minimum: 0, maximum: 1_000_000 },
  expects: "a sum in US dollars, such as 5 or 0.5",
  form: "literal",
  accepts: (value): value is number => typeof value === "number" && value >= 0 && value <= 1_000_000,
});

/** The prices in a value, undefined where it is none. */
export function ratesIn(value: unknown): Rates | undefined {
  if (!isTable(value)) return undefined;
  const { input, output, cached, ...rest } = value;
  if (Object.keys(rest).length > 0 || !isDollars(input) || !isDollars(output)) return undefined;
  if (cached === undefined) return { input, output };
  return isDollars(cached) ? { input, output, cached } : undefined;
}

function isDollars(value: unknown): value is number {
  return typeof value === "number" && value >= dollars.minimum && value <= dollars.maximum;
}
