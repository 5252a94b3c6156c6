// Secret values taken out of what an agent prints, since it may well print its environment.

/** Values shorter than this are not looked for: they would hit ordinary words. */
const minLength = 6;

/**
 * A function that replaces every secret in a text by `***`, also in the form it has inside a JSON string. A value of
 * several lines is looked for line by line.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => secret.split(/\r?\n/))
    .flatMap((line) => [line, JSON.stringify(line).slice(1, -1)])
    .filter((form) => form.length >= minLength);
  // Longest first, so that no secret is cut short by another it contains.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => unique.reduce((left, form) => left.replaceAll(form, "***"), text);
}
