// Secret values taken out of what an agent prints, since it may well print its environment.

/** Values shorter than this are not looked for: they would hit ordinary words. */
const minLength = 6;

/**
 * A function that replaces every secret in a text by `***`, also in the form it has inside a JSON string. A value of
 * several lines is looked for line by line.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = formsOf(secrets);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, "***"), text);
}

/**
 * As `redactor`, for a text that comes in pieces: an end that may become a secret is held back until more comes.
 * Without a piece the rest is given out.
 */
export function pieceRedactor(secrets: readonly string[]): (piece?: string) => string {
  const forms = formsOf(secrets);
  const redact = redactor(secrets);
  let held = "";
  return (piece) => {
    const text = redact(held + (piece ?? ""));
    const kept = piece === undefined ? 0 : Math.max(0, ...forms.map((form) => beginningOf(form, text)));
    held = text.slice(text.length - kept);
    return text.slice(0, text.length - kept);
  };
}

/** How many characters at the end of a text may be the beginning of `whole`. */
export function beginningOf(whole: string, text: string): number {
  for (let length = Math.min(whole.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(whole.slice(0, length))) return length;
  }
  return 0;
}

function formsOf(secrets: readonly string[]): string[] {
  const forms = secrets
    .flatMap((secret) => secret.split(/\r?\n/))
    .flatMap((line) => [line, JSON.stringify(line).slice(1, -1)])
    .filter((form) => form.length >= minLength);
  // Longest first, so that no secret is cut short by another it contains.
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
