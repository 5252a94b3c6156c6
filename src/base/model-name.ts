// Names of models: when two that are written differently mean the same one.

/**
 * True when two names mean the same model: equal but for case, a vendor's prefix (`anthropic/`, `us.anthropic.`), a
 * folder and `.gguf`, a context mark (`[1m]`), `latest`, or a date or version mark that only one of them has.
 */
export function isSameModel(a: string, b: string): boolean {
  const [left, right] = [nameOf(a), nameOf(b)];
  if (left.name !== right.name) return false;
  return left.date === undefined || right.date === undefined || left.date === right.date;
}

function nameOf(model: string): { name: string; date: string | undefined } {
  const plainName = bareName(model)
    .replace(/^.*\//, "")
    .replace(/^(?:[a-z-]+\.)?anthropic\./, "")
    .replace(/\.gguf$/, "")
    .replace(/-v\d+(?::\d+)?$/, "")
    .replace(/[-:]latest$/, "");
  const [, name = plainName, date] = /^(.+?)[-@](\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4})$/.exec(plainName) ?? [];
  return { name, date: date?.replaceAll("-", "") };
}

/** In lower case, without a context mark (`[1m]`). */
export function bareName(model: string): string {
  return model.toLowerCase().replace(/\[[^\]]*\]$/, "");
}
