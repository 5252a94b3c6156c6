// `wg profile current`: the name alone, for prompts, and so at the cost of a few file reads.
import { WgError } from "../base/error.ts";
import { activeProfile } from "../profile/active.ts";
import { baseName } from "../profile/name.ts";
import { mayBeTouched } from "../profile/touched.ts";
import type { Io } from "./io.ts";
import { print, printJson, printRefusal } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

export async function currentProfile(io: Io, { json }: JsonOption): Promise<void> {
  const { where } = profilePlace(io);
  const active = activeProfile(where);
  const { name = baseName, origin } = active;
  if (!json) print(io, name);
  if (!json && !mayBeTouched(where, origin)) return;
  const { loadAs, originText } = await import("../profile/load.ts");
  const from = originText(origin);
  try {
    const { revision } = loadAs(where, active).settings;
    if (json) printJson(io, { profile: name, revision, origin: from });
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    const { code, message, hint, at } = error;
    if (json) printJson(io, { profile: name, origin: from, problem: { code, message, hint, at } });
    else printRefusal(io, error, false);
  }
}
