// Telling keys from other values in files of other programs, and naming the variable a key should come from.
import { isSecretName } from "../config/names.ts";
import { keyVariableOf } from "../config/original-endpoint.ts";
import { presetOfUrl } from "./preset.ts";

/** How keys of the large providers begin, wherever they stand in a text. */
const keyBeginnings =
  /\b(sk-[A-Za-z0-9_-]{8}|sk_[A-Za-z0-9_-]{12}|ghp_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16}|glpat-[A-Za-z0-9_-]{12}|xox[abeoprs]-[A-Za-z0-9-]{8}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{20}|eyJ[A-Za-z0-9_-]{16,}\.)/;

/**
 * True when a variable's value should not be copied: its name says so, it begins like a key, it is a url with a
 * password, a list of headers, or a long run of letters and digits that no model, path or url would be.
 */
export function mayBeSecret(name: string, value: string): boolean {
  if (/_MODEL$/.test(name)) return holdsKey(value);
  if (isSecretName(name) || /HEADERS?$/i.test(name) || holdsKey(value)) return true;
  if (/^[a-z]+:\/\/[^/@]*:[^/@]*@/i.test(value)) return true;
  return /^[A-Za-z0-9_+=-]{32,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** True when a text holds something that begins like a key of a large provider. */
export function holdsKey(text: string): boolean {
  return keyBeginnings.test(text);
}

/** A text with everything that looks like a key of a large provider taken out, to its last character. */
export function withoutKeys(text: string): string {
  return text.replace(new RegExp(`${keyBeginnings.source}[A-Za-z0-9._-]*`, "g"), "(a key)");
}

/** The line, from 1, of the first key of a large provider in a text; undefined where there is none. */
export function keyLine(text: string): number | undefined {
  const index = text.split("\n").findIndex(holdsKey);
  return index < 0 ? undefined : index + 1;
}

/** The variable a server's key should be read from: that of its preset, else one named after the profile. */
export function keyVariable(name: string, url: string | undefined): string {
  const known = url === undefined ? undefined : presetOfUrl(url)?.key?.variable;
  return known ?? keyVariableOf(name);
}
