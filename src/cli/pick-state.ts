// Choosing one of several names by keys: what each key does to the state, and how the state looks. Pure.
import { plain } from "./print.ts";

/** One that can be picked. */
export interface Choice {
  name: string;
  active: boolean;
  /** Asked only of those that are shown. */
  about(): About;
}

/** What it runs, and what its last check said: empty where there was none. */
export interface About {
  route: string;
  checked: string;
}

/** `at` is the position among those that fit the filter. */
export interface PickState {
  choices: readonly Choice[];
  filter: string;
  at: number;
}

export type Key =
  | { kind: "up" | "down" | "enter" | "leave" | "erase" | "clear" }
  | { kind: "text"; text: string };

/** What came of a key: a choice still to be made, made, or given up. */
type Picked = { kind: "picking"; state: PickState } | { kind: "picked"; name: string } | { kind: "left" };

const esc = "\u001b";

const named: Readonly<Record<string, Exclude<Key["kind"], "text">>> = {
  [`${esc}[A`]: "up",
  [`${esc}OA`]: "up",
  [`${esc}[Z`]: "up",
  "\u0010": "up",
  [`${esc}[B`]: "down",
  [`${esc}OB`]: "down",
  "\t": "down",
  "\u000e": "down",
  "\r": "enter",
  "\n": "enter",
  [esc]: "leave",
  "\u0003": "leave",
  "\u0004": "leave",
  "\u007f": "erase",
  "\b": "erase",
  "\u0015": "clear",
};

const pieces = new RegExp(`${esc}\\[[0-9;]*[A-Za-z~]|${esc}O[A-Z]|[^]`, "gu");

/** The keys in what a terminal sent at once; those that mean nothing here are left out. */
export function keysIn(sent: string): Key[] {
  return (sent.match(pieces) ?? []).flatMap((piece): Key[] => {
    const kind = Object.hasOwn(named, piece) ? named[piece] : undefined;
    if (kind !== undefined) return [{ kind }];
    return /^[ -~]$/.test(piece) ? [{ kind: "text", text: piece }] : [];
  });
}

/** Nothing typed yet, the first one chosen. */
export function startPick(choices: readonly Choice[]): PickState {
  return { choices, filter: "", at: 0 };
}

/** What a key makes of the state. Up and down go round; Enter where nothing fits does nothing. */
export function pressed(state: PickState, key: Key): Picked {
  const fitting = fittingChoices(state);
  switch (key.kind) {
    case "leave":
      return { kind: "left" };
    case "enter": {
      const chosen = fitting[state.at];
      return chosen === undefined ? { kind: "picking", state } : { kind: "picked", name: chosen.name };
    }
    case "up":
    case "down": {
      const step = key.kind === "up" ? fitting.length - 1 : 1;
      return { kind: "picking", state: { ...state, at: (state.at + step) % Math.max(1, fitting.length) } };
    }
    case "erase":
      return filtered(state, state.filter.slice(0, -1));
    case "clear":
      return filtered(state, "");
    case "text":
      return filtered(state, state.filter + key.text.toLowerCase());
  }
}

function filtered(state: PickState, filter: string): Picked {
  return { kind: "picking", state: { ...state, filter, at: 0 } };
}

/** Those whose name holds what was typed; names that begin with it come first. */
export function fittingChoices({ choices, filter }: PickState): Choice[] {
  const fitting = choices.filter(({ name }) => name.includes(filter));
  const begins = ({ name }: Choice) => name.startsWith(filter);
  return [...fitting.filter(begins), ...fitting.filter((choice) => !begins(choice))];
}

/** How the state looks: a line for what is typed, then at most `rows` names around the chosen one. None is wider than `columns`. */
export function pickLines(state: PickState, columns: number, rows: number): string[] {
  const fitting = fittingChoices(state);
  const first = Math.max(0, Math.min(state.at - Math.floor(rows / 2), fitting.length - rows));
  const width = Math.max(0, ...state.choices.map(({ name }) => name.length));
  const rowsShown = fitting.slice(first, first + rows).map((choice) => ({ ...choice, ...choice.about() }));
  const routeWidth = Math.max(0, ...rowsShown.map(({ route }) => route.length));
  const shown = rowsShown.map(({ name, active, route, checked }, index) => {
    const cursor = first + index === state.at ? ">" : " ";
    return `${cursor} ${active ? "*" : " "} ${name.padEnd(width)}  ${route.padEnd(routeWidth)}  ${checked}`;
  });
  const head = `profile: ${state.filter}`;
  const foot = fitting.length === 0 ? ["  no profile fits"] : [];
  return [head, ...shown, ...foot].map((line) =>
    plain(line)
      .slice(0, Math.max(1, columns - 1))
      .trimEnd(),
  );
}
