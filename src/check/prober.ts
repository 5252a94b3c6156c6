// Asks each thing once, however many roles, profiles and services rest on it: keys, versions, lists of models.
import type { Env } from "../base/home.ts";
import { readSecretAside } from "../base/secret.ts";
import { programVersion, type VersionAnswer } from "../handlers/program-version.ts";
import { knowsModel, type Listing, listModels, type Server } from "./server.ts";

/** Its answers come within the time limit it was made with, and none of them rejects but `secret`. */
export interface Prober {
  /** The value of a reference; refuses as `readSecret` does, or with the reason of the time limit. */
  secret(reference: string, env: Env): Promise<string>;
  version(program: string, env: Env): Promise<VersionAnswer>;
  listing(server: Server): Promise<Listing>;
  knows(server: Server, model: string): Promise<boolean>;
}

/** A prober whose every question ends with `signal`. */
export function makeProber(signal: AbortSignal): Prober {
  const asked = new Map<string, Promise<unknown>>();
  const once = <T>(key: readonly unknown[], ask: () => Promise<T>): Promise<T> => {
    const text = JSON.stringify(key);
    // The key begins with the question's name, so that what is found is of its type.
    const answer = (asked.get(text) as Promise<T> | undefined) ?? ask();
    asked.set(text, answer);
    return answer;
  };
  return {
    secret: (reference, env) =>
      once(["secret", reference, reference.startsWith("env:") ? env[reference.slice(4)] : env], () =>
        readSecretAside(reference, env, signal),
      ),
    version: (program, env) =>
      once(["version", program, env["PATH"]], () => programVersion(program, env, noLimitMs, signal)),
    listing: (server) => once(["listing", server], () => listModels(server, signal)),
    knows: (server, model) => once(["knows", server, model], () => knowsModel(server, model, signal)),
  };
}

/** The signal is the limit. */
const noLimitMs = 0;
