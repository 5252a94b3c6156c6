// What the config files say about models and servers, and what a profile over them silences.
import type { Settings, Shadow } from "../config/settings.ts";

/**
 * One sentence on leaving the base for a profile: which settings of the config files count no more, and the way back.
 * Undefined when the files set none.
 */
export function shadowSentence({ values, hidden }: Settings): string | undefined {
  const isOfFile = ({ origin }: Shadow) => origin.layer === "global" || origin.layer === "project";
  const silenced = [
    ...[...values.values()].flatMap(({ key, origin, shadows }) =>
      origin.layer === "profile" ? shadows.filter(isOfFile).map((shadow) => ({ key, shadow })) : [],
    ),
    ...[...hidden].flatMap(([key, shadows]) => shadows.filter(isOfFile).map((shadow) => ({ key, shadow }))),
  ];
  if (silenced.length === 0) return undefined;
  const keys = [...new Set(silenced.map(({ key }) => key))];
  const files = [...new Set(silenced.map(({ shadow }) => shadow.origin.source))];
  const shown =
    keys.length > 3 ? `${keys.slice(0, 3).join(", ")} and ${keys.length - 3} more` : keys.join(", ");
  const verb = keys.length === 1 ? "counts" : "count";
  return `${shown} of ${files.join(" and ")} ${verb} no more while a profile is active; wg profile use --clear comes back`;
}
