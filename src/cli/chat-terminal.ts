// A chat in this terminal: the agent's own interactive program, or wg's lines.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { readPlan } from "../chat/chat.ts";
import type { Opened } from "../chat/shelf.ts";
import { openTerminal, type Terminal } from "../chat/terminal.ts";
import { checkOpen } from "../chat/turn.ts";
import { checkNoShadow } from "../handlers/claude-settings.ts";
import { declinedMigration } from "../handlers/codex-migration.ts";
import { runEnvironment } from "../handlers/environment.ts";
import { agentPrograms, findProgram } from "../handlers/program.ts";
import { type SessionHandler, sessionOf } from "../handlers/session.ts";
import { terminalArguments } from "../handlers/terminal.ts";
import { chatNamed, sayBanner, turnIo } from "./chat-place.ts";
import { type ChildProgram, runInPlace } from "./child-program.ts";
import type { Io } from "./io.ts";
import { plain, say } from "./print.ts";

interface TerminalOptions {
  headless?: true;
}

export async function resume(io: Io, word: string, options: TerminalOptions): Promise<void> {
  const opened = chatNamed(io, word);
  if (!io.stdin.isTTY || !io.stdout.isTTY) {
    throw new WgError("no-terminal", "this is no terminal", {
      hint: `say something with: wg chat send ${opened.chat.id} "text"`,
    });
  }
  await talk(io, opened, options);
}

/** Holds a chat in this terminal until the person leaves it; it stays open then. */
export async function talk(io: Io, opened: Opened, { headless }: TerminalOptions): Promise<void> {
  const { folder, chat } = opened;
  checkOpen(chat);
  sayBanner(io, chat);
  const { handler } = readPlan(folder, chat).route;
  if ((handler === "claude" || handler === "codex") && !headless) await talkNatively(io, opened, handler);
  else await (await import("./repl.ts")).repl(io, opened);
  say(io, `chat ${chat.id} stays; go on with: wg chat resume ${chat.id}`);
}

async function talkNatively(io: Io, { folder }: Opened, handler: SessionHandler): Promise<void> {
  const terminal = await openTerminal(folder, turnIo(io), io.signal);
  try {
    for (const note of terminal.notes) say(io, plain(note));
    io.status = await runInPlace(
      io,
      launchOf(terminal, handler, path.join(folder.terminal, "settings.json")),
    );
  } finally {
    await terminal.close();
  }
}

function launchOf(
  { plan, env: given, session, preamble }: Terminal,
  handler: SessionHandler,
  settingsFile: string,
): ChildProgram {
  const environment = runEnvironment({ plan, env: given });
  const { env, references } = environment;
  if (handler === "claude") checkNoShadow(references, plan.cwd, env);
  const { args, settings } = sessionOf(handler, plan, environment, settingsFile);
  if (settings) fs.writeFileSync(settingsFile, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  const isRoot = process.getuid?.() === 0;
  const program = findProgram(agentPrograms[handler], plan.command, env);
  const declined = handler === "codex" ? declinedMigration(program, plan.route.model, env) : [];
  return {
    program,
    args: [...args, ...declined, ...terminalArguments(plan, session, preamble)],
    cwd: plan.cwd,
    env: {
      ...env,
      ...settings?.env,
      ...(isRoot && plan.permissions === "full" && { IS_SANDBOX: "1" }),
    },
  };
}
