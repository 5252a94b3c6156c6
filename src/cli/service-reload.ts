// `wg service reload`: the service looks at its settings now.
import { requireProject } from "../base/home.ts";
import { call } from "../ipc/client.ts";
import { socketPathOf } from "../ipc/socket.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";

export async function reload(io: Io, options: { json?: true }): Promise<void> {
  const socketPath = socketPathOf(requireProject(io.cwd, io.env));
  const limits = { timeoutMs: 10_000, signal: io.signal };
  const answer = await call(socketPath, "reload", { by: "wg service reload" }, limits);
  if (options.json) return printJson(io, { ...answer });
  const { profile, revision } = answer.applied;
  print(io, profile);
  say(io, `${answer.changed ? "now in force" : "unchanged"}: profile ${profile}, revision ${revision}`);
}
