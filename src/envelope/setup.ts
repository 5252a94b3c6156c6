// What the verbs answer by which wg arrives on a machine and in a project.
import type { FoundProgram } from "../setup/programs.ts";
import type { FoundServer } from "../setup/servers.ts";
import type { FoundKey } from "../setup/survey.ts";
import { handler, provider } from "./route.ts";
import {
  about,
  count,
  either,
  envelope,
  flag,
  list,
  type Members,
  maybe,
  object,
  oneOf,
  table,
  text,
} from "./shape.ts";

const presetMembers = {
  name: text,
  aliases: list(text),
  title: text,
  key: maybe(object({ variable: text, needed: flag, isSet: flag })),
  access: list(
    either(
      object({ handler, provider, url: text, model: text, small: maybe(text) }),
      about("an agent that speaks ACP", object({ handler, command: text, env: maybe(table(text)) })),
    ),
  ),
  note: text,
  checked: about("the month in which the source was read", text),
  source: text,
};

const program: Members<FoundProgram> = {
  name: oneOf("claude", "codex"),
  path: maybe(text),
  version: maybe(text),
  problem: maybe(text),
  hint: maybe(text),
};

export const setupEnvelopes = {
  simulate: envelope({ url: text, port: count, pid: count }),
  init: envelope({ project: text, made: flag, profile: maybe(text), profileMade: maybe(flag) }),
  setup: envelope({
    programs: list(object<FoundProgram>(program)),
    servers: list(
      object<FoundServer>({
        port: count,
        title: text,
        preset: maybe(text),
        url: text,
        models: list(text),
        wantsKey: flag,
      }),
    ),
    keys: list(object<FoundKey>({ variable: text, preset: maybe(text) })),
    profiles: list(
      object({
        name: text,
        why: text,
        state: oneOf("new", "renewed", "same", "kept"),
        hint: maybe(text),
        written: flag,
        toml: text,
      }),
    ),
    active: maybe(about("what it switched to", text)),
  }),
  "preset list": envelope({ presets: list(object(presetMembers)) }),
  "preset show": envelope(presetMembers),
};
