// Lines that a shell can eval: variables set, taken over from another one, and unset, quoted as each shell wants it.
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";

export const shells = ["bash", "zsh", "fish", "pwsh"] as const;
export type Shell = (typeof shells)[number];

/** What becomes of one variable. `from` is the variable whose value it takes when the line is read. */
export type VariableChange =
  | { kind: "set"; name: string; value: string }
  | { kind: "take"; name: string; from: string }
  | { kind: "unset"; name: string };

/** The shell that `$SHELL` names; bash for one we do not know. */
export function shellOf(env: Env): Shell {
  const name = path.basename(env["SHELL"] ?? "");
  return shells.find((shell) => shell === name) ?? "bash";
}

/** The shell of that name; refuses (`usage`) one we do not know. */
export function shellNamed(name: string): Shell {
  const shell = shells.find((each) => each === name);
  if (shell !== undefined) return shell;
  const hint = `there are ${shells.join(", ")}`;
  throw new WgError("usage", `there is no shell ${JSON.stringify(name.slice(0, 40))} here`, {
    hint,
    exit: 2,
  });
}

/** One line, or several where the value has several. Names must be names of variables; values may hold anything but NUL. */
export function changeLine(shell: Shell, change: VariableChange): string {
  switch (shell) {
    case "bash":
    case "zsh":
      return posixLine(change);
    case "fish":
      return fishLine(change);
    case "pwsh":
      return pwshLine(change);
  }
}

function posixLine(change: VariableChange): string {
  const { name } = change;
  switch (change.kind) {
    case "set":
      return `export ${name}=${posixQuoted(change.value)};`;
    case "take":
      return `export ${name}="\${${change.from}-}";`;
    case "unset":
      return `unset ${name};`;
  }
}

function fishLine(change: VariableChange): string {
  const { name } = change;
  switch (change.kind) {
    case "set":
      return `set -gx ${name} '${change.value.replace(/[\\']/g, "\\$&")}';`;
    case "take":
      return `set -gx ${name} "$${change.from}";`;
    case "unset":
      return `set -e ${name};`;
  }
}

function pwshLine(change: VariableChange): string {
  const { name } = change;
  switch (change.kind) {
    case "set":
      // Typographic quotes end a string there as well.
      return `$env:${name} = '${change.value.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}';`;
    case "take":
      return `$env:${name} = $env:${change.from};`;
    case "unset":
      return `Remove-Item -ErrorAction Ignore Env:${name};`;
  }
}

function posixQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
