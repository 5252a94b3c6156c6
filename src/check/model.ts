// Whether a server that lists its models has the one a route asks for. Pure.
import { isSameModel } from "../base/model-name.ts";
import { nearest } from "../base/nearest.ts";
import { isAuto } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import { isAlias, mismatchOf } from "../handlers/mismatch.ts";
import type { Listing } from "./server.ts";
import type { Finding } from "./verdict.ts";

type Listed = Extract<Listing, { kind: "listed" }>;
type Asked = Pick<Plan, "route" | "env">;

/**
 * The name that goes over the wire, as far as it is known: without claude's context mark, and with what a pin makes of
 * an alias. An alias stays one when only claude knows what is behind it.
 */
export function wireModel({ route, env }: Asked): string {
  if (route.handler !== "claude") return route.model;
  const bare = route.model.replace(/\[[^\]]*\]$/, "");
  const pin = env[`ANTHROPIC_DEFAULT_${bare.toUpperCase()}_MODEL`];
  return isAlias(bare) && typeof pin === "string" ? pin : bare;
}

/** The finding that the list alone makes, or undefined when the server has to be asked for this very model. */
export function findInList(asked: Asked, { models }: Listed): Finding | undefined {
  if (isAuto(asked.route)) return findFirst(models);
  const model = wireModel(asked);
  if (models.includes(model) || models.includes(`${model}:latest`)) return found("yes", `${model} is listed`);
  if (asked.route.handler !== "claude" || !isAlias(model)) return undefined;
  const isOpenWord = model === "best" || model === "default";
  const match = models.find((id) => mismatchOf(asked, { served: id }) === undefined);
  if (match !== undefined && !isOpenWord) return found("yes", `${model} is in the list, as ${match}`);
  return found("unknown", `which model claude makes of ${model} is not known here`);
}

function findFirst([first]: readonly string[]): Finding {
  if (first !== undefined) return found("yes", `auto is ${first} now, which is listed first`);
  const hint = "load a model, or name one in the route";
  return { ...found("no", "it lists no model, so there is none for local:auto"), hint };
}

/** The finding on a model that is not in the list; `isKnown` when the server knows it all the same. */
export function judgeUnlisted(asked: Asked, { models, isWhateverLoaded }: Listed, isKnown: boolean): Finding {
  const model = wireModel(asked);
  if (isKnown) return found("yes", `${model} is accepted`);
  if (models.length === 0) return found("unknown", "the list of models is empty");
  if (isWhateverLoaded) return found("unknown", `${models[0]} is loaded and answers, whatever is asked for`);
  const compared = models.slice(0, maxCompared);
  const alike = compared.find((id) => isSameModel(id, model) || id === model.replace(/:[^:]*$/, ""));
  if (alike !== undefined) return found("unknown", `${model} is not listed, but ${alike} is`);
  const guess = model.length > maxTyped ? undefined : nearest(model, compared);
  const some = models.slice(0, 5).join(", ");
  const more = models.length > 5 ? ` and ${models.length - 5} more` : "";
  const hint = guess === undefined ? `it lists ${some}${more}` : `did you mean ${guess}?`;
  return { ...found("no", `${model} is not among the models it lists`), hint };
}

/** Comparing names is slow, a list may be of any length, and nobody types a name as long as this. */
const maxTyped = 80;
const maxCompared = 2000;

function found(verdict: Finding["verdict"], message: string): Finding {
  return { about: "model", verdict, message };
}
