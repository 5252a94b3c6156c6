// What can be typed in a chat besides messages: /help, /model, /tools, /compact, /exit.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { parseRoute, routeText } from "../base/route.ts";
import { type ChatPlan, pinOf, readChat, readPlan } from "../chat/chat.ts";
import type { Opened } from "../chat/shelf.ts";
import { switchChat } from "../chat/switch.ts";
import { versionText } from "../profile/outcome.ts";
import type { Io } from "./io.ts";
import { plain, print, printRefusal, table } from "./print.ts";

const words = {
  "/help": "this list",
  "/model": "what the chat runs on; /model <name> puts it on another model of the same agent",
  "/tools": "what the agent can do",
  "/compact": "have the conversation summed up, to make room",
  "/exit": "leave; the chat stays, and can be gone on with",
} as const;
type Word = keyof typeof words;

const keysText = `
A line that ends in \\ goes on in the next; """ begins and ends a message of several lines; a paste stays one message.
Up and Down bring back what was typed, beginning as the line does. Ctrl-C ends a turn, Ctrl-D leaves.
A message that begins with a slash is typed with two.`;

/** True for a line that is for wg and not for the agent: a slash and one word, before any other slash. */
export function isWord(text: string): boolean {
  return /^\/[a-z]+(\s|$)/.test(text.trim()) || text.trimStart().startsWith("//");
}

/** Does what the line says: "done", or "leave", or the message that it comes to. */
export async function obey(io: Io, opened: Opened, line: string): Promise<string> {
  const text = line.trim();
  if (text.startsWith("//")) return text.slice(1);
  const [first = "", ...rest] = text.split(/\s+/);
  try {
    switch (wordNamed(first)) {
      case "/help":
        print(io, `${table(["", ""], Object.entries(words)).trimStart()}${keysText}`);
        return "done";
      case "/model":
        await model(io, opened, rest.join(" "));
        return "done";
      case "/tools":
        await tools(io, opened);
        return "done";
      case "/compact":
        return compactText(opened);
      case "/exit":
        return "leave";
    }
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    printRefusal(io, error, false);
    return "done";
  }
}

function wordNamed(first: string): Word {
  const names = Object.keys(words) as Word[];
  const found = first === "/quit" ? "/exit" : names.find((name) => name === first);
  if (found !== undefined) return found;
  const guess = nearest(first, names);
  throw new WgError("unknown-word", `there is no ${plain(first)} here`, {
    hint: guess ? `did you mean ${guess}?` : `/help lists them; as a message: /${plain(first)}`,
  });
}

async function model(io: Io, { folder }: Opened, name: string): Promise<void> {
  const chat = readChat(folder);
  const plan = readPlan(folder, chat);
  if (name === "") {
    const { route, server } = pinOf(chat);
    const where = server === undefined ? "" : ` at ${server}`;
    return print(io, plain(`${route}${where}, from ${versionText(pinOf(chat))}`));
  }
  const { to, changed } = await switchChat(folder, withModel(plan, name, chat.id), io, io.signal);
  print(io, plain(changed ? `the next turn runs on ${to.route}` : `it is on ${to.route} already`));
}

function withModel(plan: ChatPlan, name: string, id: string): ChatPlan {
  const prefix = routeText(plan.route).replace(/:.*$/s, "");
  const isRoute = /^(claude|codex|local|nex|acp):/.test(name);
  const route = parseRoute(isRoute ? name : `${prefix}:${name}`);
  if (route.handler !== plan.route.handler) {
    throw new WgError("other-agent", `${routeText(route)} is another agent than this chat's`, {
      hint: `leave, and put the chat on a profile with it: wg chat switch ${id} --profile <name>`,
    });
  }
  return { ...plan, route, origins: { ...plan.origins, "models.chat.model": "/model in the chat" } };
}

async function tools(io: Io, { folder }: Opened): Promise<void> {
  const { route, permissions } = readPlan(folder, readChat(folder));
  if (route.handler !== "nex")
    return print(io, `the tools are those of ${route.handler}; permissions: ${permissions}`);
  const { toolsFor } = await import("../handlers/nex-tools.ts");
  const rows = toolsFor(permissions).map(({ name, description }) => [
    name,
    description.replace(/\. .*$/s, ""),
  ]);
  print(io, `${table(["tool", "does"], rows)}\npermissions: ${permissions}`);
}

/** What has the agent itself tell the conversation in short. */
function compactText({ folder }: Opened): string {
  const { handler } = readPlan(folder, readChat(folder)).route;
  if (handler === "nex") return "/compact";
  throw new WgError("no-compact", `${handler} makes room by itself`);
}
