// `wg profile current`: the name alone, for prompts, and so at the cost of a few file reads.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { activeProfile } from "../profile/active.ts";
import { baseName } from "../profile/name.ts";
import { mayBeTouched } from "../profile/touched.ts";
import { canaryNow, mayBeOne } from "./canary-now.ts";
import { failoverNow } from "./failover-now.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, printRefusal, say } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

interface CurrentOptions extends JsonOption {
  format?: string;
}

export async function currentProfile(io: Io, { json, format }: CurrentOptions): Promise<void> {
  if (format !== undefined) return printFormatted(io, format, json === true);
  const { where } = profilePlace(io);
  const active = activeProfile(where);
  const { name = baseName, origin } = active;
  if (!json) print(io, name);
  // The one look that a prompt pays for: the folder is there only while something cools.
  const isCooling = fs.existsSync(where.home.cooling);
  const hasCanary = mayBeOne(where, active);
  if (!json && !isCooling && !hasCanary && !mayBeTouched(where, active)) return;
  const { loadAs, originText } = await import("../profile/load.ts");
  const from = originText(origin);
  try {
    const { settings } = loadAs(where, active);
    const failover = isCooling ? await failoverNow(where, io.now(), () => settings) : undefined;
    const canary = hasCanary ? await canaryNow(where, active, settings) : undefined;
    if (json) {
      const { revision } = settings;
      const beside = { ...(failover && { failover: failover.state }), ...(canary && { canary }) };
      return printJson(io, { profile: name, revision, origin: from, ...beside });
    }
    if (failover !== undefined) say(io, failover.sentence);
    if (canary !== undefined) (await import("./canary-say.ts")).sayCanary(io, canary);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    const { code, message, hint, at } = error;
    if (json) printJson(io, { profile: name, origin: from, problem: { code, message, hint, at } });
    else printRefusal(io, error, false);
  }
}

/** Reads no more than the template asks for: with `{name}` alone that is the pointer. */
async function printFormatted(io: Io, template: string, json: boolean): Promise<void> {
  if (json)
    throw new WgError("usage", "--format and --json say the same in two ways", {
      exit: 2,
      hint: "give one of them",
    });
  const { filled, wordsIn } = await import("./profile-format.ts");
  const words = wordsIn(template);
  const { where } = profilePlace(io);
  const active = activeProfile(where);
  const { name = baseName, origin } = active;
  words.delete("name");
  if (words.size === 0) return print(io, filled(template, { name }));
  const { loadAs, originText } = await import("../profile/load.ts");
  const { nextRoute } = await import("../profile/outcome.ts");
  const known = { name, origin: plain(originText(origin)) };
  try {
    const { settings } = loadAs(where, active);
    print(io, filled(template, { ...known, revision: settings.revision, route: plain(nextRoute(settings)) }));
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    // A prompt that is in half a state still has to be drawn.
    print(io, filled(template, known));
    printRefusal(io, error, false);
  }
}
