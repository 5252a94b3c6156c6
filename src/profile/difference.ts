// In which keys two bundles differ. Pure.
import { canonicalJson } from "../base/canonical.ts";
import { endpointsKey } from "../config/endpoints.ts";
import { findDefinition } from "../config/schema.ts";
import type { Settings } from "../config/settings.ts";

/** A key with its value on both sides; absent where that side does not set it. */
export interface Difference {
  key: string;
  old?: unknown;
  new?: unknown;
}

/** Every bundle key whose value is another one, in order; endpoints field by field, by their names. */
export function differences(old: Settings, next: Settings): Difference[] {
  const before = bundleValues(old);
  const after = bundleValues(next);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => canonicalJson(before.get(key)) !== canonicalJson(after.get(key)))
    .map((key) => ({
      key,
      ...(before.has(key) && { old: before.get(key) }),
      ...(after.has(key) && { new: after.get(key) }),
    }));
}

function bundleValues({ values }: Settings): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const { key, value } of values.values()) {
    if (findDefinition(key.split("."))?.scope !== "bundle") continue;
    if (key !== endpointsKey || !Array.isArray(value)) {
      found.set(key, value);
      continue;
    }
    for (const { name, ...fields } of value) {
      for (const [field, each] of Object.entries(fields)) found.set(`${key}.${name}.${field}`, each);
    }
  }
  return found;
}
