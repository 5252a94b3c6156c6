// One route looked at as its run would be started: pins and key, program, endpoint, model.
import type { Endpoint } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import { checkNoShadow } from "../handlers/claude-settings.ts";
import { isOwnLogin, type RunEnvironment, runEnvironment } from "../handlers/environment.ts";
import { agentPrograms, findAgent, findProgram, nativeCodex } from "../handlers/program.ts";
import { findInList, judgeUnlisted, wireModel } from "./model.ts";
import type { Prober } from "./prober.ts";
import { proxyVariable } from "./proxy.ts";
import { type Listing, listingUrl, type Server } from "./server.ts";
import { type Finding, type RouteCheck, worst } from "./verdict.ts";

/** Looks at what a plan needs, in the environment its run would inherit. Never rejects but for a bug. */
export async function checkRoute(prober: Prober, plan: Plan, env: Env): Promise<RouteCheck> {
  const { route, endpoint } = plan;
  const known = { route, ...(endpoint && { endpoint }) };
  const { environment, findings, hasKey } = await resolved(prober, plan, env);
  const [program, server] = await Promise.all([
    checkProgram(prober, plan, environment.env),
    hasKey ? checkServer(prober, plan, environment) : { findings: [] },
  ]);
  return concluded(
    {
      ...known,
      ...(program.program && { program: program.program }),
      ...("latencyMs" in server && { latencyMs: server.latencyMs }),
    },
    [...findings, ...shadowed(plan, environment), ...program.findings, ...server.findings],
  );
}

function concluded(known: Omit<RouteCheck, "verdict" | "findings">, findings: Finding[]): RouteCheck {
  return { ...known, verdict: worst(findings.map(({ verdict }) => verdict)), findings };
}

interface Resolved {
  environment: RunEnvironment;
  findings: Finding[];
  /** False when the endpoint's key has no value here, so that asking would prove nothing. */
  hasKey: boolean;
}

/** The environment of the run, with every reference resolved that can be; the others are findings. */
async function resolved(prober: Prober, plan: Plan, env: Env): Promise<Resolved> {
  const pinned = Object.values(plan.env).flatMap((pin) => (typeof pin === "string" ? [] : [pin.ref]));
  const references = [...new Set([...pinned, ...(plan.endpoint?.keyRef ? [plan.endpoint.keyRef] : [])])];
  const values = new Map<string, string>();
  const findings: Finding[] = [];
  await Promise.all(
    references.map(async (reference) => {
      try {
        values.set(reference, await prober.secret(reference, env));
      } catch (error) {
        findings.push(secretFinding(reference, error));
      }
    }),
  );
  const environment = runEnvironment({ plan, env }, (reference) => values.get(reference) ?? "");
  const hasKey = plan.endpoint?.keyRef === undefined || values.has(plan.endpoint.keyRef);
  return { environment, findings, hasKey };
}

function secretFinding(reference: string, error: unknown): Finding {
  if (error instanceof WgError && error.code !== "interrupted") {
    return finding("key", "no", error.message, error.hint);
  }
  return finding("key", "unknown", `${reference} gave nothing in time`, "run the command by hand");
}

function shadowed({ route, cwd }: Plan, { references, env }: RunEnvironment): Finding[] {
  if (route.handler !== "claude") return [];
  try {
    checkNoShadow(references, cwd, env);
    return [];
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return [finding("settings", "no", error.message, error.hint)];
  }
}

type Part = Pick<RouteCheck, "program" | "latencyMs" | "findings">;

async function checkProgram(prober: Prober, { route, command }: Plan, env: Env): Promise<Part> {
  const { handler } = route;
  if (handler === "nex" || handler === "shell") return { findings: [] };
  let path: string;
  try {
    path =
      handler === "acp" ? findAgent(route, env).program : findProgram(agentPrograms[handler], command, env);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return { findings: [finding("program", "no", error.message, error.hint)] };
  }
  // Not every agent knows --version, and one that does not might begin to work.
  if (handler === "acp") {
    return { program: { path }, findings: [finding("program", "yes", `${path} is there`)] };
  }
  const answer = await prober.version(handler === "codex" ? nativeCodex(path) : path, env);
  switch (answer.kind) {
    case "version": {
      const { version } = answer;
      return {
        program: { path, version },
        findings: [finding("program", "yes", `${handler} is version ${version}`)],
      };
    }
    case "failed":
      return {
        program: { path },
        findings: [finding("program", "no", answer.problem, agentPrograms[handler].install)],
      };
    case "slow":
    case "silent":
      return { program: { path }, findings: [finding("program", "unknown", answer.problem)] };
  }
}

async function checkServer(prober: Prober, plan: Plan, environment: RunEnvironment): Promise<Part> {
  const endpoint = plan.endpoint ?? pinnedServer(plan, environment);
  if (endpoint === undefined) return { findings: [ownLogin(plan)] };
  if (!URL.canParse(endpoint.url) || !/^https?:/.test(endpoint.url)) {
    return {
      findings: [finding("endpoint", "no", `endpoint ${endpoint.name} has no url that can be asked`)],
    };
  }
  const isChild = plan.route.handler !== "nex";
  const proxy = isChild ? proxyVariable(endpoint.url, environment.env) : undefined;
  if (proxy !== undefined) {
    const message = `${hostOf(endpoint)} is behind the proxy of ${proxy}, which is not asked`;
    return { findings: [finding("endpoint", "unknown", message, "--real asks through it")] };
  }
  const server = serverOf(plan, endpoint, environment);
  const listing = await prober.listing(server);
  const findings = findingsOf(plan, endpoint, listing);
  if (listing.kind !== "listed") return { ...latencyOf(listing), findings };
  return { ...latencyOf(listing), findings: [...findings, await checkModel(prober, plan, server, listing)] };
}

/** The server of a claude run that names none by an endpoint, only by a pin. */
function pinnedServer(plan: Plan, { env }: RunEnvironment): Endpoint | undefined {
  const url = env["ANTHROPIC_BASE_URL"];
  if (plan.route.handler !== "claude" || isOwnLogin(plan) || !url) return undefined;
  return { name: "ANTHROPIC_BASE_URL", provider: "anthropic", url };
}

function ownLogin({ route }: Plan): Finding {
  const who = route.handler === "acp" ? "the agent" : route.handler;
  const message = `${who} goes by its own login, which only a real request proves`;
  return finding("login", "unknown", message, "wg profile check --real makes one");
}

/** The server with the headers that the handler would send. */
function serverOf(plan: Plan, endpoint: Endpoint, { env, endpointKey }: RunEnvironment): Server {
  const url = listingUrl(endpoint);
  if (plan.route.handler !== "claude") {
    return { url, headers: {}, keyHeaders: endpointKey === undefined ? {} : bearer(endpointKey) };
  }
  const [apiKey, token] = [env["ANTHROPIC_API_KEY"], env["ANTHROPIC_AUTH_TOKEN"]];
  const pinned = { ...(apiKey && { "x-api-key": apiKey }), ...(token && bearer(token)) };
  const both = endpointKey === undefined ? pinned : { "x-api-key": endpointKey, ...bearer(endpointKey) };
  const headers = { "anthropic-version": "2023-06-01", ...customHeaders(env["ANTHROPIC_CUSTOM_HEADERS"]) };
  return { url, headers, keyHeaders: both };
}

function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

/** `Name: value`, one a line, as Claude Code reads them. */
function customHeaders(text: string | undefined): Record<string, string> {
  const lines = (text ?? "").split("\n").map((line) => /^\s*([\w-]+)\s*:\s*(\S.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line?.[1] && line[2] ? [[line[1], line[2]]] : [])));
}

function findingsOf({ route, endpoint: planned }: Plan, endpoint: Endpoint, listing: Listing): Finding[] {
  const host = hostOf(endpoint);
  switch (listing.kind) {
    case "listed": {
      const answers = finding("endpoint", "yes", `${host} answers`);
      if (!listing.isOpen) return [answers];
      const message = `${host} lists its models to anybody, so the key is not proven`;
      return [answers, finding("key", "unknown", message, "wg profile check --real proves it")];
    }
    case "no-list":
      return [finding("endpoint", "unknown", `${host} answers, but ${listing.message}`)];
    case "turned-away": {
      const { status } = listing;
      const keyRef = planned?.keyRef;
      const message =
        keyRef === undefined
          ? `${host} wants a key, and none is set (status ${status})`
          : `${host} does not take the key of ${keyRef} (status ${status})`;
      const hint =
        keyRef === undefined ? 'give the endpoint one: api_key_ref = "env:NAME"' : `look at ${keyRef}`;
      return [finding("key", "no", message, hint)];
    }
    case "silent":
      return [
        listing.afterMs >= patienceMs
          ? finding("endpoint", "no", `${host} does not answer`, "is the server well, and the url right?")
          : finding("endpoint", "unknown", `there was no time left to ask ${host}`),
      ];
    case "unreachable": {
      // The CLIs have ways of their own to trust a certificate.
      const isTheirs = listing.isCertificate && route.handler !== "nex";
      const hint = `start the server, or change the url of endpoint ${endpoint.name}`;
      return [finding("endpoint", isTheirs ? "unknown" : "no", listing.message, hint)];
    }
  }
}

/** A server that was asked for less than this, since a key came late, is not called dead. */
const patienceMs = 1000;

async function checkModel(
  prober: Prober,
  plan: Plan,
  server: Server,
  listing: Extract<Listing, { kind: "listed" }>,
): Promise<Finding> {
  const listed = findInList(plan, listing);
  return listed ?? judgeUnlisted(plan, listing, await prober.knows(server, wireModel(plan)));
}

function latencyOf(listing: Listing): Pick<Part, "latencyMs"> {
  return "latencyMs" in listing ? { latencyMs: listing.latencyMs } : {};
}

function hostOf({ url }: Endpoint): string {
  return new URL(url).host;
}

function finding(
  about: Finding["about"],
  verdict: Finding["verdict"],
  message: string,
  hint?: string,
): Finding {
  return { about, verdict, message, ...(hint !== undefined && { hint }) };
}
