// Where notices are sent: an address in plain sight, or a reference to one that is a secret itself.

import { WgError } from "../base/error.ts";
import { checkReference } from "../base/secret.ts";
import { textKind, valueType } from "./value.ts";

/** True for `env:NAME` and the like; the rest is a url. */
export function isReference(text: string): boolean {
  return /^(env|file|cmd|keyring):/.test(text);
}

/** The url that notices may be sent to; refuses (`bad-webhook`) what anybody on the way could read. Never repeats it: it may be a secret. */
export function checkWebhook(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
  if (url !== undefined && isSafe && url.username === "" && url.password === "") return url;
  throw new WgError("bad-webhook", "must be an https url without a user or a password in it", {
    hint: "http works for this machine alone; an address that is a secret stands elsewhere: env:NAME",
  });
}

/** A url, or a reference to one. */
export const webhookType = valueType({
  ...textKind("an https url, or a reference to one such as env:NAME", 4096, /^\P{Cc}+$/u),
  check(text) {
    if (isReference(text)) checkReference(text);
    else checkWebhook(text);
    return text;
  },
});
