// A refusal in JSON: as the answer of a verb, and as a part of one.
import type { Place } from "../base/error.ts";
import { about, envelope, maybe, object, text, whole } from "./shape.ts";

export const place = object<Place>({ path: text, line: maybe(whole) });

/** Why something cannot be used. */
export const problem = object({
  code: about("kebab-case, stable", text),
  message: text,
  hint: maybe(about("what to do next", text)),
  at: maybe(place),
});

/** What every verb answers when it refuses. */
export const errorEnvelope = envelope({ error: problem });
