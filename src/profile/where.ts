// From where settings are looked at: the home, perhaps a project, and what this process was started with.
import type { Env, Home, Project } from "../base/home.ts";

/** `flags` are settings given on the command line, by key; `profile` is one of them. */
export interface Where {
  home: Home;
  project?: Project;
  env: Env;
  flags?: Readonly<Record<string, string>>;
}
