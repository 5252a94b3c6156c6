// References to secrets, and the one place where a reference becomes a value.
import { childProcess } from "./child-process.ts";
import { messageOf, WgError } from "./error.ts";
import { readText } from "./file.ts";
import type { Env } from "./home.ts";

/** The kinds a reference may have; the text is `kind:rest`. */
const secretKinds = ["env", "file", "cmd", "keyring"] as const;

/** A literal that was pinned, or a reference to be resolved when a process is started. */
export type PinnedValue = string | { ref: string };

/** Refuses (`bad-reference`) a text that is no `env:NAME`, `file:PATH`, `cmd:COMMAND` or `keyring:NAME`. Never repeats it: it may be a key. */
export function checkReference(text: string): void {
  const [kind, rest] = split(text);
  const known = (secretKinds as readonly string[]).includes(kind) && rest !== "";
  if (known && (kind !== "env" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest))) return;
  throw new WgError("bad-reference", "a key is given as a reference, never as the key itself", {
    hint: "write env:NAME, file:PATH, cmd:COMMAND or keyring:NAME",
  });
}

/**
 * The value behind a reference, without its trailing line end. Refuses (`no-secret`, naming the reference and never
 * a value) when there is none. `cmd:` runs in `sh -c` for at most 10 s; `keyring:` asks the system's own keyring
 * command (`security` on macOS, `secret-tool` elsewhere) for service `wg`.
 */
export function readSecret(reference: string, env: Env): string {
  checkReference(reference);
  const [kind, rest] = split(reference);
  return valueIn(reference, isCommand(kind) ? runCommand(kind, rest, env) : plainValue(kind, rest, env));
}

/** As `readSecret`, without blocking the thread while a command runs; throws the reason of `signal` when that ended it. */
export async function readSecretAside(reference: string, env: Env, signal: AbortSignal): Promise<string> {
  checkReference(reference);
  const [kind, rest] = split(reference);
  if (!isCommand(kind)) return valueIn(reference, plainValue(kind, rest, env));
  return valueIn(reference, await runCommandAside(kind, rest, env, signal));
}

/** How long a command may take to print a key. */
const commandMs = 10_000;

function isCommand(kind: string): boolean {
  return kind === "cmd" || kind === "keyring";
}

function plainValue(kind: string, rest: string, env: Env): string | undefined {
  return kind === "env" ? env[rest] : readFile(rest, env);
}

function valueIn(reference: string, value: string | undefined): string {
  const text = value?.replace(/\r?\n$/, "");
  if (text) return text;
  const [kind, rest] = split(reference);
  throw new WgError("no-secret", `${reference} has no value`, { hint: hintFor(kind, rest) });
}

function split(text: string): [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? ["", ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

function readFile(file: string, env: Env): string | undefined {
  const home = env["HOME"] ?? "";
  return readText(file.startsWith("~/") ? home + file.slice(1) : file, 64 * 1024);
}

function runCommand(kind: string, rest: string, env: Env): string {
  const [program, args] = commandOf(kind, rest);
  try {
    return childProcess().execFileSync(program, args, {
      encoding: "utf8",
      env,
      timeout: commandMs,
      maxBuffer: 64 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (cause) {
    throw commandFailed(kind, rest, cause);
  }
}

function runCommandAside(kind: string, rest: string, env: Env, signal: AbortSignal): Promise<string> {
  const [program, args] = commandOf(kind, rest);
  return new Promise((resolve, reject) => {
    const limits = { timeout: commandMs, maxBuffer: 64 * 1024, killSignal: "SIGKILL" as const };
    const child = childProcess().execFile(
      program,
      args,
      { encoding: "utf8", env, signal, ...limits },
      (error, stdout) => {
        if (signal.aborted) reject(signal.reason);
        else if (error) reject(commandFailed(kind, rest, error));
        else resolve(stdout);
      },
    );
    child.stdin?.end();
  });
}

function commandOf(kind: string, rest: string): [program: string, args: string[]] {
  if (kind !== "keyring") return ["sh", ["-c", rest]];
  return process.platform === "darwin"
    ? ["security", ["find-generic-password", "-s", "wg", "-a", rest, "-w"]]
    : ["secret-tool", ["lookup", "service", "wg", "account", rest]];
}

function commandFailed(kind: string, rest: string, cause: unknown): WgError {
  const why = messageOf(cause).split("\n")[0];
  return new WgError("no-secret", `${kind}: reference failed: ${why}`, { hint: hintFor(kind, rest), cause });
}

function hintFor(kind: string, rest: string): string {
  if (kind === "env") return `export ${rest} where wg, or its service, is started`;
  if (kind === "file") return "check the path and that the file is readable";
  if (kind === "keyring") return "no keyring on this machine? use env:NAME or file:PATH";
  return "run the command by hand and see what it prints";
}
