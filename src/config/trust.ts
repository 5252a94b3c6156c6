// What a file that comes with a project could do to whoever works in it: the keys that need trust, and what each would do.
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { permissionLevels } from "../base/role.ts";
import { parseRoute } from "../base/route.ts";
import { endpointsKey, endpointsType } from "./endpoints.ts";
import { tomlLiteral } from "./literal.ts";
import { ratesIn } from "./rates.ts";
import { findDefinition, holdsBeside } from "./schema.ts";
import type { Setting, Settings } from "./settings.ts";
import { type Pin, pinType, routeType } from "./value.ts";
import { isReference } from "./webhook.ts";

/** A key with its value as a layer has it. */
type Pair = readonly [key: string, value: unknown];

const permissionsKey = "agent.permissions";
const webhookKey = "notify.webhook";

/**
 * The mark of what needs trust among the keys of one file: equal marks mean that the file can do the same. Undefined
 * when it sets nothing of the kind.
 */
export function trustMark(pairs: Iterable<Pair>): string | undefined {
  const risky = [...pairs].filter(([key, value]) => needsTrust(key, value));
  return risky.length === 0 ? undefined : sha256(canonicalJson(risky.sort(byKey)));
}

/** As `trustMark`, for the project's config file, from the settings it went into. */
export function projectMark({ values, hidden }: Settings): string | undefined {
  const inForce = [...values.values()].flatMap((setting) => [setting, ...below(setting)]);
  const outOfForce = [...hidden].flatMap(([key, shadows]) => shadows.map((shadow) => ({ key, ...shadow })));
  const own = [...inForce, ...outOfForce].filter(({ origin }) => origin.layer === "project");
  return trustMark(own.map(({ key, value }) => [key, value]));
}

/** What the project's config file has in force that needs trust; that it asks for less than would hold without it needs none. */
export function riskyInForce({ values }: Settings): Setting[] {
  return [...values.values()].map(besideProfile).filter(({ key, value, origin, shadows: [below] }) => {
    if (origin.layer !== "project" || !needsTrust(key, value)) return false;
    if (key.startsWith("budget.")) return below !== undefined && Number(value) > Number(below.value);
    return key !== permissionsKey || level(value) > level(below?.value);
  });
}

/** The setting without what a profile says, where that holds beside the rest. */
function besideProfile(setting: Setting): Setting {
  const { key, value, origin, shadows } = setting;
  if (!holdsBeside(key)) return setting;
  const [first, ...rest] = [{ value, origin }, ...shadows].filter((each) => each.origin.layer !== "profile");
  return first === undefined ? setting : { key, ...first, shadows: rest };
}

/** What a key would do that a person should know before trusting the file it stands in, a sentence each; none for a harmless one. */
export function risksOf(key: string, value: unknown): string[] {
  const spot = { key, place: () => undefined };
  if (!needsTrust(key, value)) return [];
  if (key === endpointsKey) {
    return endpointsType.read(value, spot).map(({ url, api_key_ref: reference }) => {
      const key = reference === undefined ? "without a key" : `with the key ${sourceText(reference)}`;
      return `work goes to ${serverText(url)}, ${key}`;
    });
  }
  if (key === permissionsKey) {
    return level(value) === 0
      ? []
      : [`runs may ${value === "full" ? "do anything" : "write, and run commands"}`];
  }
  if (key.startsWith("budget.")) return [`a ${key.slice("budget.".length)} may cost $${value}`];
  const rates = key.startsWith("prices.") ? ratesIn(value) : undefined;
  if (rates !== undefined) {
    return [`${key.slice("prices.".length)} counts as $${rates.input} and $${rates.output} a million tokens`];
  }
  if (key === webhookKey && typeof value === "string") {
    return [
      `every notice goes to ${isReference(value) ? `the address ${sourceText(value)}` : serverText(value)}`,
    ];
  }
  const program = commandOf(key, value);
  if (program !== undefined) return [`runs this program: ${program}`];
  const pin = pinType.read(value, spot);
  const [handler] = /(?<=^handlers\.)[^.]+/.exec(key) ?? [];
  const runs = handler === undefined ? "every run" : `every ${handler} run`;
  const name = key.slice(key.lastIndexOf(".") + 1);
  const isUnsafe = typeof pin === "object" && "unsafe" in pin;
  return [
    `${runs} has ${name} ${pinText(pin)}`,
    ...(isUnsafe ? [`${name} changes every program that is started`] : []),
  ];
}

/** Letters of other scripts that look like ours are told apart by the host as the network has it. */
function serverText(url: string): string {
  return /^[ -~]*$/.test(url) ? url : `${url} (${new URL(url).host})`;
}

function pinText(pin: Pin): string {
  if (typeof pin === "string") return `as ${tomlLiteral(pin)}`;
  return "ref" in pin ? sourceText(pin.ref) : `as ${tomlLiteral(pin.value)}`;
}

function needsTrust(key: string, value: unknown): boolean {
  return findDefinition(key.split("."))?.needsTrust === true || commandOf(key, value) !== undefined;
}

/** The program a key names: a handler's, or one that stands in a route, as those of acp do. */
function commandOf(key: string, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (key === "worktree_setup" || /^(handlers\.[^.]+|notify)\.command$/.test(key)) return value;
  return findDefinition(key.split("."))?.type === routeType ? parseRoute(value).command : undefined;
}

function below({ key, shadows }: Setting) {
  return shadows.map((shadow) => ({ key, ...shadow }));
}

function byKey([a]: Pair, [b]: Pair): number {
  return a < b ? -1 : 1;
}

function level(value: unknown): number {
  const levels: readonly unknown[] = permissionLevels;
  return levels.indexOf(value);
}

function sourceText(reference: string): string {
  const isCommand = reference.startsWith("cmd:");
  return isCommand ? `that the command prints: ${reference.slice("cmd:".length)}` : `from ${reference}`;
}
