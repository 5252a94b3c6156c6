// How much of a heavy proof is played: a little of it in the suite, all of it by `npm run test:stress`.

/** True in the project `stress`. */
export const isStress = process.env["WG_STRESS"] === "1";

export function amount(daily: number, stress: number): number {
  return isStress ? stress : daily;
}
