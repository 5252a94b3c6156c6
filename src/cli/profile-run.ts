// `wg profile run`: one command on a profile's model, endpoint and variables, while the switch stays where it is.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { type Role, roles } from "../base/role.ts";
import type { Route } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import type { Bundle, Settings } from "../config/settings.ts";
import { checkNoShadow } from "../handlers/claude-settings.ts";
import { runEnvironment } from "../handlers/environment.ts";
import { agentPrograms, findProgram } from "../handlers/program.ts";
import { type SessionHandler, type SessionPlan, sessionOf } from "../handlers/session.ts";
import { runMarker } from "../handlers/sweep.ts";
import { loadNamed, loadSettings } from "../profile/load.ts";
import { baseName, isBase } from "../profile/name.ts";
import { overrideSentence, overridesOf } from "../profile/outcome.ts";
import { matchAt } from "../profile/project-profiles.ts";
import { type ChildProgram, runInPlace } from "./child-program.ts";
import type { Io } from "./io.ts";
import { paint, plain, say } from "./print.ts";
import { profilePlace } from "./profile-place.ts";
import { withoutShellPins } from "./shell-pins.ts";

/** Runs the words after the name, `--` before them or not; its exit status becomes ours. */
export async function runOnProfile(io: Io, word: string, words: readonly string[]): Promise<void> {
  const [program, ...args] = words[0] === "--" ? words.slice(1) : words;
  if (program === undefined)
    throw new WgError("usage", "no command was given", {
      exit: 2,
      hint: "wg profile run <name> -- <command>",
    });
  const { where } = profilePlace(io);
  const name = isBase(word) ? baseName : matchAt(where, word);
  const { settings } = loadSettings({ ...where, flags: { profile: name } });
  const set = loadNamed(where, name === baseName ? undefined : name);
  for (const override of overridesOf(settings, set)) {
    if (override.key !== "profile") warn(io, overrideSentence(override));
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-session-"));
  try {
    io.status = await runInPlace(io, launch(io, name, settings, { program, args }, folder));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

type Typed = Pick<ChildProgram, "program" | "args">;

function launch(io: Io, name: string, settings: Settings, typed: Typed, folder: string): ChildProgram {
  const { cwd } = io;
  const inherited = withoutShellPins(io.env);
  const kind = path.basename(typed.program);
  // It lays a profile over what it is started with by itself, and finds keys by their references.
  if (kind === "wg") return { ...typed, cwd, env: given({ ...inherited, WG_PROFILE: name }) };
  if (kind === "claude" || kind === "codex")
    return launchAgent(io, name, settings, typed, folder, kind, inherited);
  const plan = sessionPlan(settings, isAgent(settings.bundle, kind) ? "acp" : "shell", inherited);
  return { ...typed, cwd, env: environmentOf(plan, inherited, name).env };
}

/** True for the program of an ACP agent that the profile runs, whatever its arguments here. */
function isAgent(bundle: Bundle, kind: string): boolean {
  const commands = roles.map((role) => routeFor(bundle, role).route.command?.split(" ")[0]);
  return commands.some((program) => program !== undefined && path.basename(program) === kind);
}

function launchAgent(
  io: Io,
  name: string,
  settings: Settings,
  { program, args }: Typed,
  folder: string,
  handler: SessionHandler,
  inherited: Env,
): ChildProgram {
  const { cwd } = io;
  const plan = sessionPlan(settings, handler, inherited);
  if (plan.route.model === "") {
    warn(io, `profile ${name} has no route for ${handler}, which chooses its model by itself`);
  }
  const environment = environmentOf(plan, inherited, name);
  const { env } = environment;
  if (handler === "claude") checkNoShadow(environment.references, cwd, env);
  const settingsFile = path.join(folder, "settings.json");
  const session = sessionOf(handler, plan, environment, settingsFile);
  if (session.settings) {
    fs.writeFileSync(settingsFile, `${JSON.stringify(session.settings, null, 2)}\n`, { mode: 0o600 });
  }
  const named = settings.general.handlerCommand[handler];
  return {
    program: program.includes("/") ? program : agentProgram(handler, named, env),
    args: [...session.args, ...args],
    cwd,
    env: { ...env, ...session.settings?.env },
  };
}

/** As a shell would say it: 127 where there is none. */
function agentProgram(handler: SessionHandler, named: string | undefined, env: Env): string {
  try {
    return findProgram(agentPrograms[handler], named, env);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    const { code, message, hint } = error;
    throw new WgError(code, message, { exit: 127, cause: error, ...(hint !== undefined && { hint }) });
  }
}

function sessionPlan(
  { bundle, general }: Settings,
  handler: SessionHandler | "acp" | "shell",
  inherited: Env,
): SessionPlan {
  const { role, route } = choiceOf(bundle, handler);
  const endpoint = handler === "shell" ? undefined : endpointFor(bundle, role, route);
  const { timeoutMs, hangAfterMs, maxTurns } = general.agent;
  return {
    run: inherited[runMarker] ?? "",
    route,
    ...(endpoint && { endpoint }),
    env: { ...bundle.env, ...bundle.handlerEnv[handler] },
    limits: { timeoutMs, hangAfterMs, maxTurns },
  };
}

/** What a session runs on: what chats do, else workers, else whichever role runs on this handler. */
function choiceOf(bundle: Bundle, handler: SessionHandler | "acp" | "shell"): { role: Role; route: Route } {
  const order: Role[] = ["chat", "worker", ...roles];
  const fitting = order
    .map((role) => ({ role, route: routeFor(bundle, role).route }))
    .find(({ route }) => route.handler === handler);
  return fitting ?? { role: "chat", route: { handler, model: "" } };
}

function environmentOf(plan: SessionPlan, inherited: Env, name: string): ReturnType<typeof runEnvironment> {
  const environment = runEnvironment({ plan, env: inherited });
  environment.env["WG_PROFILE"] = name;
  // No run of its own; within one it stays that run's, and ends with it.
  if (plan.run === "") delete environment.env[runMarker];
  return environment;
}

function given(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function warn(io: Io, text: string): void {
  say(io, `${paint(io, "stderr", "yellow", "warning:")} ${plain(text)}`);
}
