// What the verbs about chats answer.
import type { ChatSession, Pin } from "../chat/chat.ts";
import type { ChatMessage, ToldMessage } from "../chat/message.ts";
import type { Entry, RanOn } from "../chat/transcript.ts";
import { handler } from "./route.ts";
import { result } from "./run.ts";
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
  text,
  time,
} from "./shape.ts";

const server = maybe(about("the url of its endpoint; absent for the handler's own login", text));
const ranOn = { profile: text, revision: text, route: text, server };

const identity = maybe(
  about("whom its agent is told to be", object<NonNullable<Pin["identity"]>>({ hash: text, name: text })),
);

const chatMembers = {
  id: text,
  title: text,
  state: about("live while a turn or a terminal has it", oneOf("live", "idle", "ended")),
  ...ranOn,
  identity,
  differs: about("what is active here is something else", flag),
  turns: count,
  cwd: text,
  project: maybe(text),
  openedAt: time,
  lastTurnAt: maybe(time),
  endedAt: maybe(time),
};
const chat = object(chatMembers);

const pin = object<Pin>({ at: time, by: oneOf("open", "switch"), ...ranOn, identity });
const session = object<ChatSession>({
  handler,
  id: text,
  server,
  knows: about("the turns that are in it", list(count)),
});

type EntryMembers<Kind extends Entry["kind"]> = Omit<
  Members<Extract<Entry, { kind: Kind }>>,
  "at" | "turn" | "kind"
>;

const entryMembers: { [Kind in Entry["kind"]]: EntryMembers<Kind> } = {
  user: { text },
  message: { number: count, by: text, text },
  text: { text },
  tool: { name: text, input: text },
  "tool-result": { ok: flag, output: text },
  warning: { message: text },
  result: { run: text, on: object<RanOn>(ranOn), result },
  switch: { from: object<RanOn>(ranOn), to: object<RanOn>(ranOn), lost: list(text) },
};

const entry = either(
  ...Object.entries(entryMembers).map(([kind, members]) =>
    object({ at: time, turn: count, kind: oneOf(kind), ...members }),
  ),
);

const message = { number: count, at: time, by: about("user, or the id of a task or chat", text), text };
const seen = object<NonNullable<ToldMessage["seen"]>>({ turn: count, at: time });

/** What `wg msg` answers about a chat. */
export const chatMessages = either(
  envelope({ chat: text, messages: list(object<ToldMessage>({ ...message, seen: maybe(seen) })) }),
  envelope({ chat: text, message: object<ChatMessage>(message) }),
);

export const chatEnvelopes = {
  chat: envelope({ chat }),
  "chat new": envelope({ chat }),
  "chat list": envelope({
    chats: list(chat),
    hasMore: flag,
    active: maybe(object({ profile: text, revision: text })),
    damaged: about("how many could not be read", count),
  }),
  "chat show": envelope({
    chat: object({ ...chatMembers, pins: list(pin), sessions: list(session) }),
    transcript: list(entry),
  }),
  "chat send": envelope({ chat: text, turn: count, answer: text, on: object<RanOn>(ranOn), result }),
  "chat switch": envelope({
    chat,
    from: object<RanOn>(ranOn),
    to: object<RanOn>(ranOn),
    changed: about("false when it was on that plan already", flag),
    resumes: about("the handler goes on with a session of its own", flag),
    lost: about("what does not carry over, one sentence each", list(text)),
  }),
  "chat end": envelope({ chat }),
};
