// What the verbs about settings answer.
import { services } from "./change.ts";
import { problem } from "./error.ts";
import { hiddenSetting, setting } from "./profile.ts";
import { about, anything, either, envelope, flag, list, maybe, object, text } from "./shape.ts";

const shown = envelope({
  profile: maybe(text),
  revision: maybe(text),
  settings: list(setting),
  notes: maybe(list(text)),
  hidden: maybe(about("in no force: the active profile leaves them out", list(hiddenSetting))),
});

const written = envelope({
  key: text,
  value: maybe(anything),
  path: text,
  changed: flag,
  profile: maybe(text),
  revision: maybe(text),
  inForce: maybe(about("what beats it here", object({ value: anything, origin: text }))),
  problem: maybe(problem),
  services,
});

export const configEnvelopes = {
  config: either(shown, written),
  "config show": shown,
  "config get": envelope({
    key: text,
    value: anything,
    origin: text,
    shadows: list(object({ value: anything, origin: text })),
  }),
  "config set": written,
  "config unset": written,
};
