// The place a command looks at settings from, as argv and environment give it.
import { homeOf, projectOf } from "../base/home.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";

/** The home, the project around the working directory if there is one, and the environment. `flags` are settings given as options, by key. */
export function whereOf(io: Io, flags?: Readonly<Record<string, string>>): Where {
  const project = projectOf(io.cwd, io.env);
  return { home: homeOf(io.env), ...(project && { project }), env: io.env, ...(flags && { flags }) };
}
