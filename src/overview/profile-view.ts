// What is active here, what decided that, and what of it a person should be told.
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "../profile/active.ts";
import { originText } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { nextRoute, overrideSentence, overridesOf } from "../profile/outcome.ts";
import type { Where } from "../profile/where.ts";

export interface Problem {
  code: string;
  message: string;
  hint?: string;
  at?: { path: string; line?: number };
}

/** Without `name` not even the pointer can be read; without `revision` the settings cannot be used. */
export interface ProfileView {
  name?: string;
  revision?: string;
  origin?: string;
  /** The route of the next worker whose task asks for nothing. */
  next?: string;
  /** One sentence each: what is hidden, what hides something, what files say of themselves. */
  notes: string[];
  problem?: Problem;
}

/** `settings` are those in force at the place, or why there are none. */
export function profileView(where: Where, settings: Settings | WgError): ProfileView {
  if (settings instanceof WgError) return { ...nameAt(where), notes: [], problem: problemOf(settings) };
  const { active, revision, notes = [] } = settings;
  const shadowed = active.shadows.map(({ name, origin }) => `it hides ${name}, from ${originText(origin)}`);
  return {
    name: active.name ?? baseName,
    revision,
    origin: originText(active.origin),
    next: nextRoute(settings),
    notes: [...shadowed, ...overridesOf(settings, settings).map(overrideSentence), ...notes],
  };
}

function nameAt(where: Where): Pick<ProfileView, "name" | "origin"> {
  try {
    const { name = baseName, origin } = activeProfile(where);
    return { name, origin: originText(origin) };
  } catch (error) {
    if (error instanceof WgError) return {};
    throw error;
  }
}

function problemOf({ code, message, hint, at }: WgError): Problem {
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(at && { at: { path: at.path, ...(at.line !== undefined && { line: at.line }) } }),
  };
}
