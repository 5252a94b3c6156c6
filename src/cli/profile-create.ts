// `wg profile create`: a new profile from options.
import { WgError } from "../base/error.ts";
import { composeProfile, type Wanted } from "../profile/compose.ts";
import { profilePath, readProfile } from "../profile/files.ts";
import { checkName } from "../profile/name.ts";
import { matchOwn } from "../profile/project-profiles.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { type JsonOption, writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

interface CreateOptions extends JsonOption {
  model?: string;
  endpoint?: string;
  keyRef?: string;
  from?: string;
  description?: string;
  role?: string[];
  tier?: string[];
  env?: string[];
  force?: true;
}

export async function createProfile(io: Io, name: string, options: CreateOptions): Promise<void> {
  const where = writablePlace(io);
  const path = profilePath(where.home, checkName(name));
  const { model, endpoint, keyRef, description, from } = options;
  const wanted: Wanted = {
    roles: options.role ?? [],
    tiers: options.tier ?? [],
    env: options.env ?? [],
    ...(model !== undefined && { model }),
    ...(endpoint !== undefined && { endpoint }),
    ...(keyRef !== undefined && { keyRef }),
    ...(description !== undefined && { description }),
    ...(from !== undefined && { from: readProfile(where.home, matchOwn(where, from)) }),
  };
  const rewriting = {
    name,
    by: `profile create ${name}`,
    text(old: unknown) {
      if (old !== undefined && !options.force) throw alreadyThere(name, path);
      return composeProfile(path, name, wanted);
    },
  };
  const rewritten = await rewriteProfile(where, rewriting, io.signal).catch((error: unknown) => {
    throw endpoint === undefined ? withServerHint(error) : error;
  });
  if (options.json) return printJson(io, rewrittenJson(rewritten));
  print(io, name);
  say(io, rewrittenSentence(`made ${plain(path)}`, rewritten));
  if (!rewritten.active) say(io, `to switch to it: wg profile use ${name}`);
}

/** The same refusal; where a server is missing, with the option that names one. */
function withServerHint(error: unknown): unknown {
  if (!(error instanceof WgError) || error.code !== "no-endpoint") return error;
  return new WgError(error.code, error.message, { hint: "name the server: -e <url>", cause: error });
}

function alreadyThere(name: string, path: string): WgError {
  return new WgError("profile-exists", `there is a profile "${name}" already`, {
    at: { path },
    hint: `wg profile set ${name} <key> <value> changes it; --force replaces it`,
  });
}
