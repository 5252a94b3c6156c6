// The text of an agent's file, made or changed from options: what is not asked for stays as it is, to the byte.
import { WgError } from "../base/error.ts";
import { setValue } from "../config/edit.ts";
import type { KeyPath } from "../config/toml.ts";
import { checkAgencyName } from "./name.ts";
import { type AgentFile, readAgentFile } from "./parts.ts";

/** What an agent is to be; what is absent is not asked for. */
export interface Wish {
  /** Names of a role and a tradeoff in files of their own. */
  role?: string;
  tradeoff?: string;
  /** The role's where it is written here; else the agent's own. */
  description?: string;
  skills?: readonly string[];
  outcome?: string;
  instructions?: string;
  first?: readonly string[];
  acceptable?: readonly string[];
  never?: readonly string[];
}

/** A new agent's file. Refuses (`usage`) a wish that has no role or no tradeoff, or two. */
export function composeAgent(wish: Wish): string {
  checkWish(wish);
  if (wish.role === undefined && wish.description === undefined) {
    throw missing(
      "a role",
      "take one with --role (wg agency list shows them), or write one with --description",
    );
  }
  if (wish.tradeoff === undefined && tradeoffKeys(wish).length === 0) {
    throw missing(
      "a tradeoff",
      "take one with --tradeoff (wg agency list shows them), or write one with --first or --never",
    );
  }
  const start = "# An agent: what it is good at, and what it puts first. docs/agency.md explains the keys.\n";
  return written(start, wish, wish.role !== undefined);
}

/** An agent's file with what is asked for changed. Refuses as `composeAgent`, and what belongs to a file that others share. */
export function changeAgent(name: string, path: string, text: string, wish: Wish): string {
  checkWish(wish);
  const file = readAgentFile(path, text);
  if (wish.role === undefined) refuseShared(name, file, "role", roleKeys(wish));
  if (wish.tradeoff === undefined) refuseShared(name, file, "tradeoff", tradeoffKeys(wish));
  return written(
    text,
    wish,
    wish.role !== undefined || (file.role.kind === "named" && roleKeys(wish).length === 0),
  );
}

function checkWish(wish: Wish): void {
  if (wish.role !== undefined) checkAgencyName(wish.role, "role");
  if (wish.tradeoff !== undefined) checkAgencyName(wish.tradeoff, "tradeoff");
  const [ofRole] = roleKeys(wish);
  const [ofTradeoff] = tradeoffKeys(wish);
  if (wish.role !== undefined && ofRole !== undefined) throw contradiction("role", ofRole);
  if (wish.tradeoff !== undefined && ofTradeoff !== undefined) throw contradiction("tradeoff", ofTradeoff);
}

function missing(part: string, hint: string): WgError {
  return new WgError("usage", `an agent has ${part}`, { exit: 2, hint });
}

/** `--role` names a file; the other options write what such a file would say. */
function contradiction(part: "role" | "tradeoff", option: string): WgError {
  return new WgError("usage", `--${part} names a ${part}, and --${option} writes one of the agent's own`, {
    exit: 2,
    hint: `leave one of the two out; a file in .wg/agency/${part}s changes what a name stands for`,
  });
}

function refuseShared(
  name: string,
  file: AgentFile,
  part: "role" | "tradeoff",
  options: readonly string[],
): void {
  const [option] = options;
  const current = file[part];
  if (option === undefined || current.kind === "inline") return;
  throw new WgError(
    "shared-part",
    `--${option} would change the ${part} "${current.name}", which other agents may have too`,
    {
      hint: `wg agent edit ${name} --open ${part} changes it for all; --${part} <name> takes another one`,
    },
  );
}

function roleKeys({ skills, outcome, instructions }: Wish): string[] {
  const given = { skill: skills, outcome, instructions };
  return Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [option]));
}

function tradeoffKeys({ first, acceptable, never }: Wish): string[] {
  const given = { first, accept: acceptable, never };
  return Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : [option]));
}

/** Root keys first: TOML wants them before any table. */
function written(text: string, wish: Wish, describesAgent: boolean): string {
  const { role, tradeoff, description, skills, outcome, instructions, first, acceptable, never } = wish;
  const values: [KeyPath, unknown][] = [
    [["description"], describesAgent ? description : undefined],
    [["role"], role],
    [["tradeoff"], tradeoff],
    [["role", "description"], describesAgent ? undefined : description],
    [["role", "skills"], skills],
    [["role", "outcome"], outcome],
    [["role", "instructions"], instructions],
    [["tradeoff", "first"], first],
    [["tradeoff", "acceptable"], acceptable],
    [["tradeoff", "never"], never],
  ];
  const asked = values.filter(([, value]) => value !== undefined);
  return asked.reduce((changed, [key, value]) => setValue(changed, key, value), text);
}
