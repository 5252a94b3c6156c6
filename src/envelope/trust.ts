// What the verbs answer by which a file that comes with a project is looked at and trusted.
import type { Trust } from "../profile/trust.ts";
import { services } from "./change.ts";
import { about, anything, count, envelope, list, maybe, object, oneOf, type Shape, text } from "./shape.ts";

const states: readonly Trust[] = ["trusted", "changed", "not-trusted"];

export const trust: Shape = oneOf(...states);

const report = {
  path: text,
  trust,
  settings: list(
    object({
      key: text,
      value: anything,
      line: maybe(count),
      risks: about("what a person should know of it first; none for a harmless one", list(text)),
    }),
  ),
};

export const trustEnvelopes = {
  "profile trust": envelope({ files: list(object({ profile: text, ...report })), services }),
  "config trust": envelope({ ...report, services }),
};
