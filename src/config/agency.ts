// The settings of agency: their kinds of value, and what they come to.
import { type Dimension, defaultWeights, dimensions, type Weights } from "../base/dimension.ts";
import { type ReviewPolicy, reviewPolicyOf } from "../base/review-policy.ts";
import { textKind, valueType } from "./value.ts";

/** Whose work is looked at, as it stands in a file. */
export const reviewPolicyType = valueType({
  ...textKind(
    '"always", "tagged", "off" or a share such as "sample:0.2"',
    16,
    /^(always|tagged|off|sample:(0?\.\d{1,4}|1(\.0{1,4})?))$/,
  ),
  accepts: (value): value is string => typeof value === "string" && reviewPolicyOf(value) !== undefined,
});

/** A score or a part of a whole. */
export const shareType = numberType("a number from 0 to 1", 1);
export const weightType = numberType("a number from 0 to 1000", 1000);

/** Who chooses who does a task, whose work is scored, and what it has to be scored; see the keys of the same names. */
export interface AgencySettings {
  assign: "auto" | "model" | "off";
  evaluate: ReviewPolicy;
  flip: ReviewPolicy;
  gate?: number;
  gateAttempts: number;
  weights: Weights;
}

/** `inForce` gives the value that is in force for a key. */
export function agencyOf(inForce: (key: string) => unknown): AgencySettings {
  const assign = inForce("agency.assign");
  const gate = inForce("agency.gate");
  const attempts = inForce("agency.gate_attempts");
  return {
    assign: assign === "model" || assign === "off" ? assign : "auto",
    evaluate: policyAt(inForce("agency.evaluate")),
    flip: policyAt(inForce("agency.flip")),
    ...(typeof gate === "number" && { gate }),
    gateAttempts: typeof attempts === "number" ? attempts : 0,
    weights: Object.fromEntries(
      dimensions.map((name) => [name, weightAt(name, inForce(`agency.weights.${name}`))]),
    ) as Weights,
  };
}

function policyAt(value: unknown): ReviewPolicy {
  return (typeof value === "string" ? reviewPolicyOf(value) : undefined) ?? { kind: "off" };
}

function weightAt(name: Dimension, value: unknown): number {
  return typeof value === "number" ? value : defaultWeights[name];
}

function numberType(expects: string, maximum: number) {
  return valueType<number>({
    schema: { type: "number", minimum: 0, maximum },
    expects,
    form: "literal",
    accepts: (value): value is number => typeof value === "number" && value >= 0 && value <= maximum,
  });
}
