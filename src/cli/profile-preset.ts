// `wg profile create --preset` and `--from-config`: a profile that begins as something known, with what is wanted otherwise on top.
import { providerOf } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { composeProfile } from "../profile/compose.ts";
import { profilePath } from "../profile/files.ts";
import { checkName } from "../profile/name.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import type { Where } from "../profile/where.ts";
import { type AgentPreset, agentDraft, agentPreset } from "../setup/agent-presets.ts";
import { checkedText } from "../setup/draft.ts";
import { baseText } from "../setup/export.ts";
import { type FromPreset, fromPreset, handlerTitles, requirePreset } from "../setup/preset.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

export interface BeginningOptions {
  preset?: string;
  fromConfig?: true;
  handler?: string;
  model?: string;
  endpoint?: string;
  keyRef?: string;
  from?: string;
  description?: string;
  role?: string[];
  tier?: string[];
  env?: string[];
  force?: true;
  json?: true;
}

export async function createFromKnown(io: Io, name: string, options: BeginningOptions): Promise<void> {
  const where = writablePlace(io);
  const path = profilePath(where.home, checkName(name));
  const begun = beginning(io, where, name, options);
  const { endpoint, keyRef, description } = options;
  const wanted = {
    from: { name, path, text: begun.text },
    roles: options.role ?? [],
    tiers: options.tier ?? [],
    env: options.env ?? [],
    ...(begun.model !== undefined && { model: begun.model }),
    ...(endpoint !== undefined && { endpoint }),
    ...(keyRef !== undefined && { keyRef }),
    ...(description !== undefined && { description }),
  };
  const rewriting = {
    name,
    by: `profile create ${name}`,
    text(old: unknown) {
      if (old === undefined || options.force) return composeProfile(path, name, wanted);
      throw new WgError("profile-exists", `there is a profile "${name}" already`, {
        at: { path },
        hint: `wg profile set ${name} <key> <value> changes it; --force replaces it`,
      });
    },
  };
  const rewritten = await rewriteProfile(where, rewriting, io.signal);
  const { made, agent } = begun;
  if (options.json) {
    const of = {
      ...(made && presetJson(made, keyRef)),
      ...(agent && { preset: agent.name, handler: "acp" }),
    };
    return printJson(io, { ...rewrittenJson(rewritten), ...of });
  }
  print(io, name);
  const preset = made?.preset ?? agent;
  const of = preset ? `from the preset ${preset.name}` : "from the settings of the config files";
  say(io, rewrittenSentence(`made ${plain(path)} ${of}`, rewritten));
  if (made) say(io, madeSentence(made, keyRef));
  if (agent) say(io, `${agent.title} runs it by its own login: ${agent.command}`);
  if (!rewritten.active) say(io, `to switch to it: wg profile use ${name}`);
}

/** The text to begin with. `model` is what is still to be set in it: a preset has taken it in already. */
function beginning(
  io: Io,
  where: Where,
  name: string,
  { preset, fromConfig, handler, model, from }: BeginningOptions,
): { text: string; made?: FromPreset; agent?: AgentPreset; model?: string } {
  if ([preset, fromConfig, from].filter((each) => each !== undefined).length > 1) {
    throw usage("--preset, --from-config and --from each begin a profile", "choose one of them");
  }
  if (preset === undefined && handler !== undefined) {
    throw usage("--handler is for --preset", "name the handler in -m: claude:opus");
  }
  if (preset === undefined) return { text: baseText(where), ...(model !== undefined && { model }) };
  const wish = { ...(handler !== undefined && { handler }), ...(model !== undefined && { model }) };
  const agent = agentPreset(preset);
  if (agent !== undefined) return { text: checkedText(name, agentDraft(agent, wish)), agent };
  const made = fromPreset(requirePreset(preset), wish, io.env);
  return { text: checkedText(name, made.draft), made };
}

/** Who runs it, what the server speaks, and where its key comes from; never the key. */
function madeSentence({ preset, access, keyIsSet }: FromPreset, keyRef: string | undefined): string {
  const runs = `${handlerTitles[access.handler]} runs it (handler ${access.handler}, provider ${providerOf[access.handler]})`;
  if (keyRef !== undefined) return `${runs}; its key comes from ${plain(keyRef)}`;
  if (preset.key === undefined) return `${runs}; it needs no key`;
  const { variable, needed } = preset.key;
  if (keyIsSet) return `${runs}; its key comes from ${variable}, which is set here`;
  if (needed)
    return `${runs}; its key comes from ${variable}, which is not set here: export it before you use it`;
  return `${runs}; should the server want a key: --key-ref env:${variable}`;
}

function presetJson(
  { preset, access, keyIsSet }: FromPreset,
  keyRef: string | undefined,
): Record<string, unknown> {
  return {
    preset: preset.name,
    handler: access.handler,
    provider: providerOf[access.handler],
    ...(keyRef === undefined && preset.key && { key: { ...preset.key, isSet: keyIsSet === true } }),
  };
}

function usage(message: string, hint: string): WgError {
  return new WgError("usage", message, { exit: 2, hint });
}
