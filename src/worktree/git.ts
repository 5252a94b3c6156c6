// git as a child process: none of the caller's repository in its environment, no hooks, no prompts, always a limit.
import { childProcess } from "../base/child-process.ts";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";

/** Where git works: in a checkout, and with `gitDir` on that repository whatever the checkout's own `.git` says. */
export interface Checkout {
  folder: string;
  gitDir?: string;
  env: Env;
}

export interface GitEnded {
  /** -1 when it could not be started or was stopped. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface GitOptions {
  input?: string;
  limitMs?: number;
  /** Characters of stdout that are kept; what is beyond them is read and dropped. */
  maxOutput?: number;
  /** It goes on when this process is killed: for the one step that must not stop half-way. */
  outlives?: boolean;
  /** A variable of its environment that it is found by, with the value. */
  mark?: readonly [name: string, value: string];
}

const usualLimitMs = 5 * 60_000;
const quickLimitMs = 5000;
const maxErrors = 64 * 1024;

/**
 * What holds for every call. Hooks, signing and file monitors are programs of the user's that may ask, fail or hang, and an
 * agent could have written one; what wg commits and merges goes without. Nothing is ever stashed.
 */
const settings = [
  ...["core.hooksPath=/dev/null", "core.fsmonitor=false", "core.quotePath=false", "core.safecrlf=false"],
  ...["commit.gpgSign=false", "merge.autoStash=false", "gc.auto=0", "maintenance.auto=false"],
  ...["advice.addEmbeddedRepo=false", "user.useConfigOnly=true"],
].flatMap((setting) => ["-c", setting]);

/** Variables that say who commits and how servers are reached; every other `GIT_*` may point at another repository. */
const keptVariables =
  /^GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL)$|^GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|SSH(_COMMAND)?|SSL_.*)$/;
/** What a process of a run is found and ended by, and what its agent proves itself with. */
const runVariables = /^WG_/;

/** Runs git to its end. Never rejects. */
export function git(
  at: Checkout,
  args: readonly string[],
  {
    input = "",
    limitMs = usualLimitMs,
    outlives = false,
    mark,
    maxOutput = Number.POSITIVE_INFINITY,
  }: GitOptions = {},
): Promise<GitEnded> {
  return new Promise((resolve) => {
    const child = childProcess().spawn("git", words(at, args), {
      cwd: at.folder,
      env: { ...gitEnvironment(at.env, outlives), ...(mark && { [mark[0]]: mark[1] }) },
      detached: outlives,
      timeout: limitMs,
      killSignal: "SIGKILL",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (stdout.length < maxOutput) stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-maxErrors);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", (error) => resolve({ code: -1, stdout, stderr: error.message }));
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** As `git`; its stdout without the last line end. Refuses (`git-failed`) when it fails, with its last words. */
export async function gitText(
  at: Checkout,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const ended = await git(at, args, options);
  if (ended.code !== 0) throw gitFailed(args, ended);
  return ended.stdout.replace(/\n$/, "");
}

/**
 * Asks what git answers with its exit code: its stdout for yes (0), undefined for no. Refuses (`git-killed`) when it did not end
 * by itself, which is no answer.
 */
export async function gitAnswer(at: Checkout, args: readonly string[]): Promise<string | undefined> {
  const ended = await git(at, args);
  if (ended.code < 0) throw gitFailed(args, ended);
  return ended.code === 0 ? ended.stdout : undefined;
}

/** The refusal that a failed call of git is: `git-killed` when it did not end by itself, else `git-failed`. */
export function gitFailed(args: readonly string[], { code, stderr }: GitEnded): WgError {
  const verb = args.find((arg) => !arg.startsWith("-")) ?? "";
  if (code < 0) return new WgError("git-killed", `git ${verb} was stopped: ${stderr.trim() || "killed"}`);
  return new WgError("git-failed", `git ${verb} failed: ${lastWords(stderr) || `exit code ${code}`}`);
}

/**
 * A quick question that blocks the thread; undefined when git answers it with another exit code than 0, or is not there.
 * Refuses (`git-killed`) when it did not answer.
 */
export function askGit(at: Checkout, args: readonly string[]): string | undefined {
  const { status, stdout, signal } = childProcess().spawnSync("git", words(at, args), {
    cwd: at.folder,
    env: gitEnvironment(at.env, false),
    encoding: "utf8",
    timeout: quickLimitMs,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (signal !== null) throw gitFailed(args, { code: -1, stdout: "", stderr: `ended by ${signal}` });
  return status === 0 ? stdout.replace(/\n$/, "") : undefined;
}

/** What git lists with `-z`. */
export function entriesOf(listed: string): string[] {
  return listed.split("\0").filter((entry) => entry !== "");
}

/** An environment without what would make git work on another repository than the one it stands in. */
export function withoutRepository(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || keptVariables.test(name)),
  );
}

function words({ folder, gitDir }: Checkout, args: readonly string[]): string[] {
  const where = gitDir === undefined ? [] : [`--git-dir=${gitDir}`, `--work-tree=${folder}`];
  return [...where, ...settings, ...args];
}

function gitEnvironment(env: Env, outlives: boolean): NodeJS.ProcessEnv {
  const inherited = Object.entries(withoutRepository(env)).filter(
    ([name]) => name !== "WG_TOKEN" && !(outlives && runVariables.test(name)),
  );
  return {
    ...Object.fromEntries(inherited),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_EDITOR: "true",
    LC_ALL: "C",
  };
}

function lastWords(stderr: string): string {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !line.startsWith("hint:"));
  const told = lines.filter((line) => /^(fatal|error):/.test(line));
  return (told.length > 0 ? told : lines)
    .slice(0, 5)
    .map((line) => line.replace(/^(fatal|error): /, "").trim())
    .join("; ")
    .slice(0, 800);
}
