// Where the work of a run goes, as one line: what has to rest when it turns runs away.
import type { Env } from "../base/home.ts";
import type { PinnedValue } from "../base/secret.ts";
import type { Plan } from "../graph/plan.ts";

/** The folder that holds a CLI's own login. */
const loginFolders: Partial<Record<Plan["route"]["handler"], string>> = {
  claude: "CLAUDE_CONFIG_DIR",
  codex: "CODEX_HOME",
};
/** Pins that make another account or another server of a handler without an endpoint. */
const accountPin = /^(HOME|CLAUDE_CONFIG_DIR|CODEX_HOME)$|_(BASE_URL|API_KEY|TOKEN)$/;
const serverPin = /_BASE_URL$/;
const secretPin = /_(API_KEY|TOKEN)$/;

/**
 * The handler with its endpoint and key reference, or with its own login: equal lines share a quota, a key and a
 * server. The model is no part of it. Undefined for a shell run, which goes nowhere. Holds no secret: of a key only
 * where it comes from. `inherited` is what the run's process is started with.
 */
export function destinationOf(
  { route, endpoint, env }: Pick<Plan, "route" | "endpoint" | "env">,
  inherited: Env,
): string | undefined {
  if (route.handler === "shell") return undefined;
  if (endpoint !== undefined) {
    const key = endpoint.keyRef === undefined ? "without a key" : `with ${endpoint.keyRef}`;
    return `${route.handler} at ${endpoint.url} ${key}`;
  }
  const folder = loginFolders[route.handler];
  const inFolder = folder === undefined ? undefined : inherited[folder];
  const pins = Object.entries(env).filter(([name]) => accountPin.test(name));
  const parts = [
    ...(folder !== undefined && inFolder && !Object.hasOwn(env, folder) ? [`${folder}=${inFolder}`] : []),
    ...pins.map(([name, pin]) => pinText(name, pin)).sort(),
  ];
  const login = route.command === undefined ? `${route.handler}'s own login` : `acp ${route.command}`;
  return parts.length === 0 ? login : `${login} with ${parts.join(" ")}`;
}

function pinText(name: string, pin: PinnedValue): string {
  if (typeof pin !== "string") return `${name}=${pin.ref}`;
  if (secretPin.test(name)) return name;
  return `${name}=${serverPin.test(name) ? bareUrl(pin) : pin}`;
}

/** A url without what could be a secret in it. */
function bareUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined ? "?" : `${url.origin}${url.pathname}`;
}
