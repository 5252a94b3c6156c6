// What the config files say about models and servers, and what a profile over them silences.
import * as fs from "node:fs";
import { holdsBeside } from "../config/schema.ts";
import type { Settings, Shadow } from "../config/settings.ts";
import type { Switch } from "./history.ts";
import { baseName } from "./name.ts";

/** What a profile silences: said in `sentence`, set by `files`. */
export interface Silenced {
  sentence: string;
  files: string[];
}

/**
 * What leaving the base for a profile means: which settings of the config files count no more, and the way back.
 * Undefined when the files set none.
 */
export function silencedBy({ values, hidden }: Settings): Silenced | undefined {
  const isOfFile = ({ origin }: Shadow) => origin.layer === "global" || origin.layer === "project";
  const silenced = [
    ...[...values.values()].flatMap(({ key, origin, shadows }) =>
      origin.layer === "profile" && !holdsBeside(key)
        ? shadows.filter(isOfFile).map((shadow) => ({ key, shadow }))
        : [],
    ),
    ...[...hidden].flatMap(([key, shadows]) => shadows.filter(isOfFile).map((shadow) => ({ key, shadow }))),
  ];
  if (silenced.length === 0) return undefined;
  const keys = [...new Set(silenced.map(({ key }) => key))];
  const files = [...new Set(silenced.map(({ shadow }) => shadow.origin.source))];
  const shown =
    keys.length > 3 ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more` : keys.join(", ");
  const verb = keys.length === 1 ? "counts" : "count";
  const sentence = `${shown} of ${files.join(" and ")} ${verb} no more while a profile is active; wg profile use --clear comes back`;
  return { sentence, files };
}

/** True when an earlier switch away from the base has said so already: the files have not changed since. */
export function wasSaid({ files }: Silenced, earlier: readonly Switch[]): boolean {
  const away = earlier.filter(({ kind, from }) => kind === "use" && from === baseName);
  const changedMs = Math.max(
    ...files.map((file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
  return away.some(({ at }) => Date.parse(at) > changedMs);
}
