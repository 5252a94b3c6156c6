// What runs are sent to, in JSON: routes, servers, pinned variables.
import { type Endpoint, providers } from "../base/endpoint.ts";
import { roles } from "../base/role.ts";
import { handlerNames, type Route } from "../base/route.ts";
import type { EndpointTable } from "../config/endpoints.ts";
import { about, either, flag, maybe, object, oneOf, text } from "./shape.ts";

export const role = oneOf(...roles);
export const handler = oneOf(...handlerNames);
export const provider = oneOf(...providers);
export const route = object<Route>({ handler, model: text, command: maybe(text) });

const endpointMembers = { name: text, provider, url: text, keyRef: maybe(text) };
export const endpoint = object<Endpoint>(endpointMembers);
export const bundleEndpoint = object<Endpoint & { isDefault: boolean }>({
  ...endpointMembers,
  isDefault: flag,
});

/** As it stands in TOML. */
export const endpointTable = object<EndpointTable>({
  name: text,
  provider,
  url: text,
  api_key_ref: maybe(text),
  is_default: maybe(flag),
});

export const pinnedValue = about(
  "a literal, or where the value comes from",
  either(text, object({ ref: text })),
);
