// `wg nex`: a chat with wg's own agent, on a local route, in this terminal or for what a pipe says.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { parseRoute, routeText } from "../base/route.ts";
import { readPlan } from "../chat/chat.ts";
import { type Opened, openChat } from "../chat/shelf.ts";
import { checkOpen } from "../chat/turn.ts";
import { routeFor } from "../config/cascade.ts";
import type { Settings } from "../config/settings.ts";
import { chatNamed, homeHere, planHere, sayBanner, turnIo } from "./chat-place.ts";
import { inputText } from "./input.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";

interface NexOptions {
  profile?: string;
  model?: string;
  endpoint?: string;
  resume?: string;
  title?: string;
}

const maxInputBytes = 1_000_000;

export function nexCommand(io: Io): Command {
  return new Command("nex")
    .description("Talk with wg's own agent, on any server of chat completions.")
    .option("--profile <name>", "what it runs on; the default is what is active here")
    .option("-m, --model <model>", "this model, with or without local: before it")
    .option(
      "-e, --endpoint <name-or-url>",
      "an endpoint of the profile, or the url of a server that needs no key",
    )
    .option("--resume <chat>", "go on with a chat: its id or the beginning of it")
    .option("--title <text>", "what it is about; the default is the beginning of the first thing said")
    .action((options) => talkOrReply(io, options))
    .addHelpText(
      "after",
      `
A chat as of wg chat: its plan is frozen when it opens, and wg chat list, show, switch and end are for it too.
Where stdin is no terminal, all of it is one message; what the agent says goes to stdout, the rest to stderr.

Examples:
  wg nex                                    on the active profile, where that has a local route
  wg nex -m qwen3-coder -e http://127.0.0.1:8088
  wg nex --resume k3f9x
  git diff | wg nex -m auto                 what does the model say to this?`,
    );
}

async function talkOrReply(io: Io, options: NexOptions): Promise<void> {
  const { repl, replyOnce } = await import("./repl.ts");
  if (io.stdin.isTTY && !io.stdout.isTTY) {
    throw new WgError("no-terminal", "stdout is no terminal", {
      hint: "give the message on stdin too: echo hello | wg nex",
    });
  }
  const text = io.stdin.isTTY ? undefined : (await inputText(io, maxInputBytes)).trim();
  if (text === "") throw new WgError("bad-text", "nothing was said", { hint: "give a text on stdin" });
  const opened = openedFor(io, options);
  sayBanner(io, opened.chat);
  await (text === undefined ? repl(io, opened) : replyOnce(io, opened, text));
  say(io, `chat ${opened.chat.id} stays; go on with: wg nex --resume ${opened.chat.id}`);
}

function openedFor(io: Io, { profile, resume, title, model, endpoint }: NexOptions): Opened {
  if (resume === undefined) {
    const plan = planHere(io, profile, (settings) => onLocalRoute(settings, model, endpoint));
    return openChat(homeHere(io), plan, title?.trim() ?? "", turnIo(io));
  }
  if ([profile, model, endpoint, title].some((option) => option !== undefined)) {
    throw new WgError("usage", "a chat that is gone on with stays on what it was opened with", {
      exit: 2,
      hint: `wg chat switch ${resume} --profile <name> puts it on another profile`,
    });
  }
  const opened = chatNamed(io, resume);
  checkOpen(opened.chat);
  const { route } = readPlan(opened.folder, opened.chat);
  if (route.handler === "nex") return opened;
  throw new WgError("no-local-route", `chat ${opened.chat.id} is on ${routeText(route)}`, {
    hint: `go on with: wg chat resume ${opened.chat.id}`,
  });
}

/** The settings with the chat's route, and its server, as they were asked for. Refuses a route that is not local. */
function onLocalRoute(settings: Settings, model: string | undefined, endpoint: string | undefined): Settings {
  const { bundle, active } = settings;
  const route =
    model === undefined
      ? routeFor(bundle, "chat").route
      : parseRoute(/^(local|nex|claude|codex|acp):/.test(model) ? model : `local:${model}`);
  if (route.handler !== "nex") {
    const where = model === undefined ? `profile ${active.name ?? "base"} talks on ` : "";
    throw new WgError("no-local-route", `${where}${routeText(route)}, which is no local route`, {
      hint: "name a model, wg nex -m <model>, or a profile with a local route; wg chat talks on any route",
    });
  }
  const chat = { ...bundle.models.chat, model: route };
  if (endpoint === undefined)
    return { ...settings, bundle: { ...bundle, models: { ...bundle.models, chat } } };
  const given = endpointNamed(settings, endpoint);
  const endpoints = [...bundle.endpoints.filter(({ name }) => name !== given.name), given];
  const models = { ...bundle.models, chat: { ...chat, endpoint: given.name } };
  return { ...settings, bundle: { ...bundle, models, endpoints } };
}

function endpointNamed({ bundle }: Settings, word: string): Settings["bundle"]["endpoints"][number] {
  const known = bundle.endpoints.find(({ name }) => name === word);
  if (known?.provider === "oai-compat") return known;
  if (known !== undefined) {
    throw new WgError(
      "bad-endpoint",
      `endpoint ${known.name} speaks ${known.provider}, not chat completions`,
      {
        hint: "name one of provider oai-compat, or a url",
      },
    );
  }
  if (/^https?:\/\/[^/]/.test(word) && URL.canParse(word)) {
    return { name: "given", provider: "oai-compat", url: word.replace(/\/+$/, ""), isDefault: false };
  }
  const names = bundle.endpoints.map(({ name }) => name).join(", ");
  throw new WgError("no-endpoint", `there is no endpoint ${JSON.stringify(word.slice(0, 60))}`, {
    hint: names === "" ? "give a url" : `endpoints: ${names}; or give a url`,
  });
}
