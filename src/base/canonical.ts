// Canonical JSON: the same value always gives the same bytes, so that a hash can name it.
// Not node:crypto: loading that takes 4 ms of every switch, and what is hashed here is small.
import { sha256 as hash } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** JSON with keys in code-point order and no white space; `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Lower-case hex sha256 of a text's UTF-8 bytes, 64 digits. */
export function sha256(text: string): string {
  return bytesToHex(hash(new TextEncoder().encode(text)));
}
