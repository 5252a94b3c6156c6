// Why the settings would refuse a value from elsewhere, asked before it is taken.
import { WgError } from "../base/error.ts";
import { endpointFields } from "./endpoints.ts";

/** Why a text cannot be the url of a server, without repeating it; undefined when it can. */
export function objectionToUrl(url: string): string | undefined {
  return objection(() =>
    endpointFields
      .find(({ field }) => field === "url")
      ?.type.read(url, { key: "url", place: () => undefined }),
  );
}

/** The reason a check gives when it refuses; undefined when it lets something pass. */
export function objection(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof WgError) return error.message;
    throw error;
  }
}
