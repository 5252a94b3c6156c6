// What a bundle must agree on as a whole: every route has a server to go to, and every named endpoint fits.
import { isServed, providerOf } from "../base/endpoint.ts";
import { type Place, WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { type Role, roles } from "../base/role.ts";
import { type Route, routeText } from "../base/route.ts";
import { endpointFor, fits, routeFor } from "./cascade.ts";
import { endpointsKey } from "./endpoints.ts";
import type { Bundle } from "./settings.ts";

type PlaceOf = (key: string) => Place | undefined;

/** Refuses a bundle that contradicts itself; `placeOf` says where a key was set. */
export function checkBundle(bundle: Bundle, placeOf: PlaceOf): void {
  for (const role of roles) {
    const { route, key } = routeFor(bundle, role);
    checkNamed(bundle, role, route, placeOf);
    requireServer(bundle, role, route, key, placeOf);
  }
  for (const tier of Object.keys(bundle.tiers)) {
    const { route, key } = routeFor(bundle, "worker", { tier });
    requireServer(bundle, "worker", route, key, placeOf);
  }
}

function checkNamed(bundle: Bundle, role: Role, route: Route, placeOf: PlaceOf): void {
  const name = bundle.models[role]?.endpoint;
  if (name === undefined) return;
  const key = `models.${role}.endpoint`;
  const endpoint = bundle.endpoints.find((each) => each.name === name);
  if (endpoint === undefined) {
    const known = bundle.endpoints.map((each) => each.name);
    const guess = nearest(name, known);
    const hint = guess ? `did you mean ${guess}?` : `known: ${known.join(", ") || "none"}`;
    throw refusal("unknown-endpoint", `${key} names an unknown endpoint "${name}"`, hint, placeOf(key));
  }
  if (fits(endpoint, route) || route.handler === "shell") return;
  const what = `${key} is "${name}", a server for ${endpoint.provider}, but ${role} runs ${routeText(route)}`;
  const hint = isServed(route.handler)
    ? `${routeText(route)} needs an endpoint with provider = "${providerOf[route.handler]}"`
    : `remove it: ${routeText(route)} goes by its own login`;
  throw refusal("endpoint-misfit", what, hint, placeOf(key));
}

function requireServer(bundle: Bundle, role: Role, route: Route, key: string, placeOf: PlaceOf): void {
  if (route.handler !== "nex" || endpointFor(bundle, role, route) !== undefined) return;
  const several = bundle.endpoints.filter((endpoint) => fits(endpoint, route));
  if (several.length > 1) {
    const names = several.map(({ name }) => name).join(", ");
    const what = `${routeText(route)} could go to ${names}, and none is the default`;
    throw refusal("no-endpoint", what, "set is_default = true on one of them", placeOf(endpointsKey));
  }
  const hint = 'add one: [[llm_endpoints.endpoints]] with name, provider = "oai-compat" and url';
  throw refusal(
    "no-endpoint",
    `${key} is ${routeText(route)}: local: routes need an endpoint`,
    hint,
    placeOf(key),
  );
}

function refusal(code: string, message: string, hint: string, at: Place | undefined): WgError {
  return new WgError(code, message, { hint, ...(at && { at }) });
}
