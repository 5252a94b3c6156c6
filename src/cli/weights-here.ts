// How much each dimension counts here, for what adds scores up only to show them.
import { defaultWeights, type Weights } from "../base/dimension.ts";
import { WgError } from "../base/error.ts";
import { loadSettings } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";
import { whereOf } from "./where.ts";

/** The weights of the settings in force; where those cannot be read the defaults, and a word on it on stderr. */
export function weightsHere(io: Io): Weights {
  try {
    return loadSettings(whereOf(io)).settings.general.agency.weights;
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    say(
      io,
      `wg: scores are added up by the default weights, since the settings are refused: ${error.message}`,
    );
    return defaultWeights;
  }
}
