// Hooks of Codex for one run: told to it as settings of the session, and trusted one by one.
import { canonicalJson, sha256 } from "../base/canonical.ts";
import type { HookEvent, Inbox } from "./handler.ts";

/** Codex's name for hooks that stand in no file but in `-c` arguments. */
const source = "/<session-flags>/config.toml";
const timeoutSeconds = 600;
const events: readonly { event: HookEvent; name: string }[] = [
  { event: "PostToolUse", name: "post_tool_use" },
  { event: "Stop", name: "stop" },
];

/**
 * The arguments that make Codex tell its agent, between two turns, what was said to the task meanwhile. Codex runs a hook
 * only when its hash is trusted; the alternative, a flag that trusts every hook, would also run those of a repository. A
 * Codex that reckons the hash in another way leaves these alone, and the agent is told when it calls wg.
 */
export function codexHooks(inbox: Inbox): string[] {
  const hooks = events.map(({ event, name }) => ({ event, name, command: inbox.hookCommand(event) }));
  const trusted = hooks.map(
    ({ name, command }) =>
      `${JSON.stringify(`${source}:${name}:0:0`)}={trusted_hash="${hashOf(name, command)}"}`,
  );
  return [
    ...hooks.flatMap(({ event, command }) => [
      "-c",
      `hooks.${event}=[{hooks=[{type="command",command=${JSON.stringify(command)}}]}]`,
    ]),
    ...["-c", `hooks.state={${trusted.join(",")}}`],
  ];
}

/** As Codex 0.169 reckons it: over the hook with its defaults filled in. */
function hashOf(eventName: string, command: string): string {
  const hook = { type: "command", command, timeout: timeoutSeconds, async: false };
  return `sha256:${sha256(canonicalJson({ event_name: eventName, hooks: [hook] }))}`;
}
