// What `wg profile env` has set in a shell, known by a variable that lists the names, so that the next one can unset it.
import type { Env } from "../base/home.ts";

/** Holds the names of the pins a shell has, with spaces between. */
export const pinsVariable = "WG_PROFILE_PINS";

/** The names a shell got from `wg profile env`. */
export function shellPins(env: Env): string[] {
  return (env[pinsVariable] ?? "").split(" ").filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
}

/** An environment without what `wg profile env` laid over it. */
export function withoutShellPins(env: Env): Env {
  const names = new Set([...shellPins(env), pinsVariable]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.has(name)));
}
