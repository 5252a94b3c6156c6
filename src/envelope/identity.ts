// What the verbs about agents, their roles and their tradeoffs answer.
import type { Difference } from "../identity/difference.ts";
import type { AgentRole, Tradeoff } from "../identity/identity.ts";
import { problem } from "./error.ts";
import {
  about,
  count,
  either,
  envelope,
  list,
  type Members,
  maybe,
  number,
  object,
  oneOf,
  orNull,
  type Shape,
  text,
  time,
} from "./shape.ts";

const from = about("whose it is: the user's own, or the project's", oneOf("home", "project"));
const hash = about("the sha256 of what it says", text);

const roleMembers: Members<AgentRole> = {
  description: text,
  skills: about("compared with the tags of tasks", list(text)),
  outcome: maybe(text),
  instructions: maybe(text),
};
const tradeoffMembers: Members<Tradeoff> = {
  description: maybe(text),
  first: list(text),
  acceptable: list(text),
  never: list(text),
};
const file = { name: maybe(about("absent where it is written in the agent's own file", text)), path: text };

const tally = {
  runs: about("of workers of this project", count),
  score: about(
    "of the runs that were scored; the mean is null where none was",
    object({ n: count, mean: orNull(number) }),
  ),
};

const agent = object({
  name: text,
  hash,
  description: text,
  from,
  path: text,
  role: object({ ...file, ...roleMembers }),
  tradeoff: object({ ...file, ...tradeoffMembers }),
  ...tally,
});

const partMembers = { name: text, from, path: text, agents: about("those that have it", list(text)) };
const part = either(
  object({ kind: oneOf("role"), ...partMembers, content: object<AgentRole>(roleMembers) }),
  object({ kind: oneOf("tradeoff"), ...partMembers, content: object<Tradeoff>(tradeoffMembers) }),
);

const told = about("what an agent is told of itself", text);
const problems = about("what is wrong with other files", list(problem));
const notKept = maybe(about("why what agents were could not be kept", problem));

const change = {
  agent: text,
  path: text,
  agents: about(
    "those that are other ones now",
    list(object({ name: text, hash, before: maybe(about("the hash it had", text)) })),
  ),
  problem: notKept,
};

const version = object({
  at: time,
  hash,
  parent: maybe(text),
  by: about(
    "use: changed by hand, and found when it was used or replaced",
    oneOf("init", "create", "edit", "use"),
  ),
  changes: list(object<Difference>({ key: text, added: list(text), removed: list(text) })),
  ...tally,
});

export const identityEnvelopes: Readonly<Record<string, Shape>> = {
  "agency init": envelope({
    from,
    written: about("the paths of the files", list(text)),
    kept: about("how many were there and are as before", count),
    agents: list(text),
  }),
  "agency list": envelope({ parts: list(part), problems }),
  "agent list": envelope({ agents: list(agent), problems }),
  "agent show": either(
    envelope({ agent, text: told }),
    envelope({
      hash,
      names: about("the agents that had it", list(text)),
      role: object<AgentRole>(roleMembers),
      tradeoff: object<Tradeoff>(tradeoffMembers),
      ...tally,
      text: told,
    }),
  ),
  "agent create": envelope(change),
  "agent edit": either(
    envelope({ ...change, changed: oneOf(true) }),
    envelope({ agent: text, changed: oneOf(false) }),
  ),
  "agent rm": envelope({ removed: text, path: text, hash: maybe(hash), problem: notKept }),
  "agent lineage": envelope({
    name: text,
    from,
    current: about("the hash it has now; null for one that is gone or broken", orNull(text)),
    versions: about("the newest first", list(version)),
  }),
};
