// Which share of the tasks a canary gets, as it is typed and shown, and whether a task is in it. Pure.
import { sha256 } from "../base/canonical.ts";
import { WgError } from "../base/error.ts";

/** One in ten thousand: what is less is no share of any real queue. */
const leastShare = 0.0001;

/** `20%`, `20` and `0.2` are the same 0.2. Refuses (`bad-share`) what is none, and all or nothing of the tasks. */
export function parseShare(text: string): number {
  const [, digits, sign] = /^(\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) throw badShare(text, "is no share of the tasks");
  const number = Number(digits);
  if (sign !== "%" && number >= 1 && digits.includes(".")) {
    throw badShare(text, "may mean two things", `with the sign it is a percentage: ${digits}%`);
  }
  const share = sign === "%" || number >= 1 ? number / 100 : number;
  if (share >= 1) throw badShare(text, "is every task", "that is a switch: wg profile use <name>");
  if (share === 0) throw badShare(text, "is no task at all", "wg profile abort ends a canary");
  if (share < leastShare) throw badShare(text, "is less than one task in ten thousand");
  return share;
}

/** `20%`. */
export function shareText(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`;
}

/**
 * True for the tasks that a canary of this share gets: the same ones always and everywhere, and a greater share has all of
 * a smaller one and more.
 */
export function isInShare(task: string, share: number): boolean {
  // With a word before it: what else is chosen by the hash of an id shall not be chosen alike.
  return Number.parseInt(sha256(`canary ${task}`).slice(0, 12), 16) / 2 ** 48 < share;
}

function badShare(text: string, why: string, hint = "say 20%, 20 or 0.2"): WgError {
  return new WgError("bad-share", `${JSON.stringify(text.slice(0, 40))} ${why}`, { exit: 2, hint });
}
