// `wg profile create --preset`: a profile for a server wg knows, with what the person wants otherwise on top.
import { providerOf } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { composeProfile } from "../profile/compose.ts";
import { profilePath } from "../profile/files.ts";
import { checkName } from "../profile/name.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import { checkedText } from "../setup/draft.ts";
import { type FromPreset, fromPreset, handlerTitles, requirePreset } from "../setup/preset.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

interface PresetOptions {
  preset?: string;
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

export async function createFromPreset(io: Io, name: string, options: PresetOptions): Promise<void> {
  if (options.preset === undefined)
    throw usage("--handler is for --preset", "name the handler in -m: claude:opus");
  if (options.from !== undefined)
    throw usage("--preset and --from both begin a profile", "choose one of them");
  const where = writablePlace(io);
  const path = profilePath(where.home, checkName(name));
  const { handler, model, endpoint, keyRef, description } = options;
  const made = fromPreset(
    requirePreset(options.preset),
    { ...(handler !== undefined && { handler }), ...(model !== undefined && { model }) },
    io.env,
  );
  const begun = checkedText(name, made.draft);
  const wanted = {
    from: { name, path, text: begun },
    roles: options.role ?? [],
    tiers: options.tier ?? [],
    env: options.env ?? [],
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
  if (options.json) return printJson(io, { ...rewrittenJson(rewritten), ...presetJson(made, keyRef) });
  print(io, name);
  say(io, rewrittenSentence(`made ${plain(path)} from the preset ${made.preset.name}`, rewritten));
  say(io, madeSentence(made, keyRef));
  if (!rewritten.active) say(io, `to switch to it: wg profile use ${name}`);
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
  return `${runs}; should the server want a key: wg profile set, with env:${variable}`;
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
