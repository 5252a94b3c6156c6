// The endpoints of an original wg's file, and those that its models need besides.
import { type Endpoint, providerOf } from "../base/endpoint.ts";
import { parseRoute } from "../base/route.ts";
import { type OriginalEndpoint, type OriginalReading, usualEndpoint } from "./original-endpoint.ts";
import type { OriginalRoute } from "./original-route.ts";

/** A model as it stands somewhere: its route, and the endpoint its provider asks for where that is not the default. */
export interface Choice {
  route: string;
  endpoint?: string;
}

/** Found by the names they had; every one of them speaks chat completions. */
export class Servers {
  readonly list: OriginalEndpoint[];
  private readonly reading: OriginalReading;

  constructor(list: OriginalEndpoint[], reading: OriginalReading) {
    this.list = list;
    this.reading = reading;
  }

  /** The endpoint a model's provider meant: none where the default one is meant anyway. */
  choiceOf({ route, provider }: OriginalRoute): Choice {
    if (provider === undefined || parseRoute(route).handler !== "nex") return { route };
    // Its "openai" was another word for "oai-compat".
    const words = ["openai", "oai-compat"].includes(provider) ? ["openai", "oai-compat"] : [provider];
    let found = this.list.find(({ oldProvider }) => words.includes(oldProvider));
    if (found === undefined) {
      found = usualEndpoint(provider, this.reading);
      if (found === undefined) return { route };
      found.endpoint.name = this.freeName(found.endpoint.name);
      this.list.push(found);
    }
    return found.endpoint.is_default ? { route } : { route, endpoint: found.endpoint.name };
  }

  named(oldName: string): Endpoint["name"] | undefined {
    return this.list.find((each) => each.oldName === oldName)?.endpoint.name;
  }

  /** Sees to it that routes of our own agent have one server to go to. */
  serve(routes: readonly (string | undefined)[]): void {
    const parsed = routes.filter((each) => each !== undefined).map(parseRoute);
    if (!parsed.some(({ handler }) => handler === "nex")) return;
    const fitting = this.list.filter(({ endpoint }) => endpoint.provider === providerOf.nex);
    const [only] = fitting;
    if (fitting.some(({ endpoint }) => endpoint.is_default)) return;
    if (only !== undefined) {
      only.endpoint.is_default = true;
      if (fitting.length > 1)
        this.reading.notes.push(`no endpoint was the default, so ${only.endpoint.name} is`);
      return;
    }
    const usual = usualEndpoint("local", this.reading);
    if (usual === undefined) return;
    usual.endpoint.name = this.freeName("default");
    usual.endpoint.is_default = true;
    this.list.push(usual);
    this.reading.notes.push(`no server was named for the local models, so ${usual.endpoint.url} was taken`);
  }

  private freeName(wanted: string): string {
    const taken = this.list.map(({ endpoint }) => endpoint.name);
    return taken.includes(wanted) ? `${wanted}-${taken.length + 1}` : wanted;
  }
}
