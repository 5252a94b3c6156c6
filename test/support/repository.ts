// A project with a service in a real git repository, for tests.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeServicePlace, type ServicePlace } from "./service.ts";

export interface RepositoryPlace extends ServicePlace {
  /** Runs git in the project, or in a folder of it, as somebody with a name; answers its stdout. */
  git(...args: string[]): string;
  gitIn(folder: string, ...args: string[]): string;
  write(file: string, text: string): void;
  read(file: string): string;
  exists(file: string): boolean;
  /** Writes files and commits them on the branch that is checked out. */
  commit(files: Record<string, string>): void;
  /** Adds a task that runs a command. */
  add(id: string, command: string, ...more: string[]): Promise<void>;
  task(id: string): Promise<Task>;
  /** Waits until a task has that state, as `wg list` says it. */
  untilState(id: string, state: string): Promise<Task>;
}

/** Nothing of the machine's own git settings. */
export const nobody = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
/** Somebody to commit as. */
export const somebody = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

/** What `wg show --json` says, as far as tests look at it. */
export interface Task {
  task: {
    status: string;
    blocked: boolean;
    attempts: number;
    summary?: string;
    reason?: string;
    hold?: { kind: string; reason: string };
  };
  runs: { id: string; result?: { outcome: string; failure?: { class: string; message: string } } }[];
  log: { message: string }[];
}

/** A fresh repository on the branch `main` with one commit, and `wg init` done. */
export async function makeRepositoryPlace(env: Record<string, string> = {}): Promise<RepositoryPlace> {
  const place = await makeServicePlace({ ...nobody, ...somebody, ...env });
  const inside = (file: string) => path.join(place.project, file);
  const gitIn = (folder: string, ...args: string[]) =>
    execFileSync("git", args, { cwd: inside(folder), env: place.env, encoding: "utf8", stdio: "pipe" });
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(inside(file)), { recursive: true });
    fs.writeFileSync(inside(file), text);
  };
  const commit = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) write(file, text);
    gitIn(".", "add", "--all");
    gitIn(".", "commit", "--quiet", "-m", "by hand");
  };
  gitIn(".", "init", "--quiet", "-b", "main");
  commit({ "read me.txt": "one\n", ".gitignore": "*.env\n" });
  const task = async (id: string): Promise<Task> => JSON.parse(await place.ok("show", id, "--json"));
  return {
    ...place,
    gitIn,
    git: (...args) => gitIn(".", ...args),
    write,
    read: (file) => fs.readFileSync(inside(file), "utf8"),
    exists: (file) => fs.existsSync(inside(file)),
    commit,
    task,
    add: async (id, command, ...more) => {
      await place.ok("add", `Do ${id}`, "--id", id, "--exec", command, ...more);
    },
    untilState: (id, state) =>
      place.until(`${id} is ${state}`, async () => {
        const listed = await place.ok("list");
        return new RegExp(`^${id} +${state} `, "m").test(listed) && task(id);
      }),
  };
}
