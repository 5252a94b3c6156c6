// What tests draw by chance: by one fixed seed, so that every run of the suite draws the same, or by that of WG_SEED.
import fc from "fast-check";

/** `npm run test:fuzz` sets another for each round. */
export const seed = Number(process.env["WG_SEED"] ?? 1);
if (!Number.isInteger(seed)) throw new Error("WG_SEED must be a whole number");

fc.configureGlobal({ seed });
