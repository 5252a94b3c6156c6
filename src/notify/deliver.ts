// Telling one notice in one way: a shell command, or a request to a webhook. Never rejects, always ends.
import { childProcess } from "../base/child-process.ts";
import { errnoOf, messageOf as textOf, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { killGroup } from "../base/process.ts";
import { readSecretAside } from "../base/secret.ts";
import type { NotifySettings } from "../config/settings.ts";
import { checkWebhook, isReference } from "../config/webhook.ts";
import { type Message, postOf } from "./message.ts";

/** How a notice can be told. */
export type Way = "command" | "webhook";

/** `failed` says why; `final` that trying again would be no use. */
export type Delivered = { kind: "told" } | { kind: "failed"; why: string; final: boolean };

/** Tells one message in one way. */
export type Deliver = (
  way: Way,
  message: Message,
  notify: NotifySettings,
  signal: AbortSignal,
) => Promise<Delivered>;

export interface DeliveryPlace {
  /** Where a command runs. */
  cwd: string;
  env: Env;
}

const webhookMs = 10_000;
const commandMs = 30_000;
const lastWordsMs = 500;
/** Of what a command says on stderr. */
const maxWords = 300;

/** The ways that the settings name. */
export function waysOf({ command, webhook }: NotifySettings): Way[] {
  return [
    ...(command === undefined ? [] : ["command" as const]),
    ...(webhook === undefined ? [] : ["webhook" as const]),
  ];
}

/** Tells messages from a place, with `limits` in milliseconds. */
export function deliverFrom(
  { cwd, env }: DeliveryPlace,
  limits = { command: commandMs, webhook: webhookMs },
): Deliver {
  return async (way, message, notify, signal) => {
    const { command = "", webhook = "", template } = notify;
    const limited = new AbortController();
    const end = () => limited.abort(signal.reason);
    signal.addEventListener("abort", end, { once: true });
    const timer = setTimeout(() => limited.abort(new WgError("too-slow", "took too long")), limits[way]);
    try {
      if (signal.aborted) return failed("the service is stopping");
      return way === "command"
        ? await runHook(command, message, { cwd, env }, limited.signal)
        : await post(webhook, postOf(template, message), env, limited.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  };
}

/** Runs the command in a group of its own, so that nothing of it outlives its time. */
function runHook(
  command: string,
  message: Message,
  { cwd, env }: DeliveryPlace,
  signal: AbortSignal,
): Promise<Delivered> {
  return new Promise((resolve) => {
    const { event, task, title, subject } = message;
    const own = { WG_EVENT: event, WG_TASK: task, WG_TITLE: title, WG_TEXT: message.text ?? subject };
    const child = childProcess().spawn("sh", ["-c", command], {
      cwd,
      env: { ...env, ...own },
      detached: true,
      stdio: ["pipe", "ignore", "pipe"],
    });
    let words = "";
    const onAbort = () => {
      if (child.pid !== undefined) killGroup(child.pid);
      settle(failed(textOf(signal.reason)));
    };
    const settle = (result: Delivered) => {
      signal.removeEventListener("abort", onAbort);
      child.stderr.destroy();
      resolve(result);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = `${words}${text}`.slice(-maxWords);
    });
    child.on("error", (error) => settle(failed(error.message)));
    child.on("exit", (code, killedBy) => {
      signal.removeEventListener("abort", onAbort);
      const told = () => {
        if (code === 0) return settle({ kind: "told" });
        const how = killedBy === null ? `exit ${code}` : `ended by ${killedBy}`;
        settle(failed(words.trim() === "" ? how : `${how}: ${words.trim()}`));
      };
      // Its last words come behind its end; what it left in the background may keep them coming.
      child.on("close", told);
      setTimeout(told, lastWordsMs).unref();
    });
    // A command that does not read its stdin is none of our business.
    child.stdin.on("error", () => {});
    child.stdin.end(`${JSON.stringify(message)}\n`);
  });
}

async function post(
  webhook: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  env: Env,
  signal: AbortSignal,
): Promise<Delivered> {
  let url: URL;
  try {
    url = checkWebhook(isReference(webhook) ? await readSecretAside(webhook, env, signal) : webhook);
  } catch (error) {
    return failed(textOf(error));
  }
  try {
    const answer = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    await answer.body?.cancel();
    if (answer.ok) return { kind: "told" };
    const final = answer.status < 500 && ![408, 425, 429].includes(answer.status);
    return { kind: "failed", why: `${url.host} answered ${answer.status}`, final };
  } catch (error) {
    // Only the host: the rest of the url may be a secret.
    const why = signal.aborted ? textOf(signal.reason) : causeOf(error);
    return failed(`${url.host}: ${why}`);
  }
}

/** What fetch hides below its own "fetch failed". */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return errnoOf(cause) ?? textOf(cause ?? error);
}

function failed(why: string): Delivered {
  return { kind: "failed", why, final: false };
}
