// `wg profile env`: a profile for one shell, as lines to eval.
import { WgError } from "../base/error.ts";
import { readSecret } from "../base/secret.ts";
import { loadNamed } from "../profile/load.ts";
import { baseName, isBase } from "../profile/name.ts";
import { matchAt } from "../profile/project-profiles.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";
import { pinsVariable, shellPins } from "./shell-pins.ts";
import { changeLine, shellNamed, shellOf, type VariableChange } from "./shell-text.ts";

interface EnvOptions extends JsonOption {
  shell?: string;
  secrets?: true;
  clear?: true;
}

/** Prints what makes a shell follow a profile, or with `--clear` what undoes that. */
export function printEnv(io: Io, word: string | undefined, options: EnvOptions): void {
  const shell = options.shell === undefined ? shellOf(io.env) : shellNamed(options.shell);
  const before = shellPins(io.env);
  const { changes, leftOut } = options.clear ? cleared(word) : changesFor(io, word, options.secrets === true);
  const names = changes.map(({ name }) => name);
  const stale = before.filter((name) => !names.includes(name));
  const all: VariableChange[] = [...stale.map((name) => ({ kind: "unset" as const, name })), ...changes];
  if (options.json) {
    printJson(io, { changes: all, leftOut });
    return;
  }
  for (const change of all) print(io, changeLine(shell, change));
  for (const { name, ref } of leftOut) {
    say(io, plain(`${name} is left out: its value comes from ${ref}, and only --secrets prints values`));
  }
}

/** `leftOut`: pins whose value no line could say without holding it. */
interface Changes {
  changes: VariableChange[];
  leftOut: { name: string; ref: string }[];
}

function changesFor(io: Io, word: string | undefined, withSecrets: boolean): Changes {
  if (word === undefined) throw usage("no profile was named");
  const { where } = profilePlace(io);
  const name = isBase(word) ? undefined : matchAt(where, word);
  const { bundle } = loadNamed(where, name);
  const pins = Object.entries({ ...bundle.env, ...bundle.handlerEnv["shell"] });
  const found: Changes = {
    changes: [{ kind: "set", name: "WG_PROFILE", value: name ?? baseName }],
    leftOut: [],
  };
  for (const [variable, pin] of pins) {
    if (typeof pin === "string") found.changes.push({ kind: "set", name: variable, value: pin });
    else if (withSecrets)
      found.changes.push({ kind: "set", name: variable, value: readSecret(pin.ref, io.env) });
    else if (!pin.ref.startsWith("env:")) found.leftOut.push({ name: variable, ref: pin.ref });
    else if (pin.ref !== `env:${variable}`) {
      found.changes.push({ kind: "take", name: variable, from: pin.ref.slice("env:".length) });
    }
  }
  const set = found.changes.map((change) => change.name).filter((variable) => variable !== "WG_PROFILE");
  found.changes.push(
    set.length === 0
      ? { kind: "unset", name: pinsVariable }
      : { kind: "set", name: pinsVariable, value: set.join(" ") },
  );
  return found;
}

function cleared(word: string | undefined): Changes {
  if (word !== undefined) throw usage(`--clear takes a profile off this shell, and "${word}" is another`);
  const names = ["WG_PROFILE", pinsVariable];
  return { changes: names.map((name) => ({ kind: "unset", name })), leftOut: [] };
}

function usage(message: string): WgError {
  return new WgError("usage", message, { exit: 2, hint: "wg profile env <name>, or wg profile env --clear" });
}
