// Which profile is active: --profile, else WG_PROFILE, else the project's pointer, else the global one, else none.
import { WgError } from "../base/error.ts";
import type { Home } from "../base/home.ts";
import type { ActiveProfile, Origin } from "../config/settings.ts";
import { realName } from "./files.ts";
import { baseName, checkName, isBase } from "./name.ts";
import { type Pointer, readPointer } from "./pointer.ts";
import type { Where } from "./where.ts";

/** The two pointers that count at a place, as they were read. */
export interface Pointers {
  global: Pointer;
  project: Pointer;
}

/** One layer's word on which profile is active; `base` when it says: none. */
export interface Choice {
  pointer: Pointer;
  origin: Origin;
}

const noChoice: Origin = { layer: "default", source: "no profile chosen" };

/** Reads the pointers that count at a place. */
export function readPointers(where: Where): Pointers {
  const project: Pointer = where.project ? readPointer(where.project.pointer) : { kind: "absent" };
  return { global: readPointer(where.home.pointer), project };
}

/**
 * The active profile with its origin and the choices it hides. Refuses with `bad-pointer` when the pointer that
 * decides is broken, `bad-name` when the flag or variable could name no profile. The profile need not exist.
 */
export function activeProfile(where: Where, pointers = readPointers(where)): ActiveProfile {
  const [deciding, ...hidden] = choices(where, pointers);
  if (deciding === undefined) return { name: undefined, origin: noChoice, shadows: [] };
  if (deciding.pointer.kind === "broken") throw deciding.pointer.problem;
  return {
    name: nameOf(deciding.pointer),
    origin: deciding.origin,
    shadows: hidden.flatMap(({ pointer, origin }) =>
      pointer.kind === "broken" ? [] : [{ name: nameOf(pointer) ?? baseName, origin }],
    ),
  };
}

/** Every layer that says something, the one that decides first. */
export function choices(where: Where, pointers: Pointers): Choice[] {
  const { home, project, env, flags } = where;
  const flag = flags?.["profile"];
  const variable = env["WG_PROFILE"];
  const all: Choice[] = [];
  if (flag) all.push({ pointer: typed(home, flag), origin: { layer: "flag", source: "--profile" } });
  if (variable) all.push({ pointer: typed(home, variable), origin: { layer: "env", source: "WG_PROFILE" } });
  if (project) {
    all.push({ pointer: pointers.project, origin: { layer: "project", source: project.pointer, line: 1 } });
  }
  all.push({ pointer: pointers.global, origin: { layer: "global", source: home.pointer, line: 1 } });
  return all.filter(({ pointer }) => pointer.kind !== "absent");
}

function typed(home: Home, word: string): Pointer {
  if (isBase(word)) return { kind: "base" };
  try {
    return { kind: "profile", name: checkName(realName(home, word)) };
  } catch (error) {
    if (error instanceof WgError) return { kind: "broken", problem: error };
    throw error;
  }
}

function nameOf(pointer: Pointer): string | undefined {
  return pointer.kind === "profile" ? pointer.name : undefined;
}
