// What two contents of an identity say differently, key by key. Pure.
import type { IdentityContent } from "./identity.ts";

/** A key that differs: `role.outcome`. Of a list what came and went; of a text both, where there was one. */
export interface Difference {
  key: string;
  added: string[];
  removed: string[];
}

/** Every key in which they differ, in the order a person would write them; a list in another order differs too. */
export function differences(old: IdentityContent, fresh: IdentityContent): Difference[] {
  const before = valuesOf(old);
  return valuesOf(fresh).flatMap(({ key, values }, index) => {
    const had = before[index]?.values ?? [];
    if (had.length === values.length && had.every((value, at) => value === values[at])) return [];
    const added = values.filter((value) => !had.includes(value));
    return { key, added, removed: had.filter((value) => !values.includes(value)) };
  });
}

/** `+rust -go`; the names of the keys alone where sentences changed. */
export function differenceText({ key, added, removed }: Difference): string {
  if (key !== "role.skills") return key;
  return [`${key}:`, ...added.map((word) => `+${word}`), ...removed.map((word) => `-${word}`)].join(" ");
}

function valuesOf({ role, tradeoff }: IdentityContent): { key: string; values: readonly string[] }[] {
  return [
    { key: "role.description", values: [role.description] },
    { key: "role.skills", values: role.skills },
    { key: "role.outcome", values: known(role.outcome) },
    { key: "role.instructions", values: known(role.instructions) },
    { key: "tradeoff.description", values: known(tradeoff.description) },
    { key: "tradeoff.first", values: tradeoff.first },
    { key: "tradeoff.acceptable", values: tradeoff.acceptable },
    { key: "tradeoff.never", values: tradeoff.never },
  ];
}

function known(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}
