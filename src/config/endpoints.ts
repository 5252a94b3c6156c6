// The list of endpoints: the fields of one, and what makes a list of them wrong.
import { type Provider, providers } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { checkReference } from "../base/secret.ts";
import { isSecretName } from "./names.ts";
import { isTable } from "./toml.ts";
import { choiceType, flagType, refused, type Spot, textKind, type ValueType, valueType } from "./value.ts";

/** The key of the list. */
export const endpointsKey = "llm_endpoints.endpoints";

/** One endpoint as it stands in TOML; `url` without a trailing slash. */
export interface EndpointTable {
  name: string;
  provider: Provider;
  url: string;
  api_key_ref?: string;
  is_default?: boolean;
}

/** One field of an endpoint. */
export interface EndpointField {
  field: keyof EndpointTable;
  type: ValueType;
  required: boolean;
  doc: string;
}

const nameType = valueType(
  textKind("a name of letters, digits, dots, - and _", 64, /^[A-Za-z0-9][A-Za-z0-9._-]*$/),
);
const providerType = choiceType(providers);
/** The url of a server. */
export const urlType = valueType({ ...textKind("a url", 2048), check: plainUrl });
const referenceType = valueType({
  ...textKind("a reference such as env:NAME", 4096),
  check(text) {
    checkReference(text);
    return text;
  },
});

/** Every field once, in the order documents show them. */
export const endpointFields: readonly EndpointField[] = [
  {
    field: "name",
    type: nameType,
    required: true,
    doc: "What other keys and people call it; once in a list.",
  },
  {
    field: "provider",
    type: providerType,
    required: true,
    doc: "What the server speaks: `oai-compat` (chat completions, for `local:`), `openai` (responses, for `codex:`) or `anthropic` (messages, for `claude:`).",
  },
  {
    field: "url",
    type: urlType,
    required: true,
    doc: "Where the server is: http or https, without a user, a password or a key in it.",
  },
  {
    field: "api_key_ref",
    type: referenceType,
    required: false,
    doc: "Where its key comes from: `env:NAME`, `file:PATH`, `cmd:COMMAND` or `keyring:NAME`; never the key itself.",
  },
  {
    field: "is_default",
    type: flagType,
    required: false,
    doc: "Taken when a route names no endpoint and several would fit; at most one per provider.",
  },
];

/** The list as a kind of value; refuses at the field that is wrong. */
export const endpointsType: ValueType<EndpointTable[]> = {
  schema: {
    type: "array",
    items: {
      type: "object",
      properties: Object.fromEntries(
        endpointFields.map(({ field, type, doc }) => [field, { ...type.schema, description: doc }]),
      ),
      required: endpointFields.filter(({ required }) => required).map(({ field }) => field),
      additionalProperties: false,
    },
  },
  expects: "a list of endpoints",
  form: "literal",
  read: readEndpoints,
};

function readEndpoints(value: unknown, spot: Spot): EndpointTable[] {
  if (!Array.isArray(value)) {
    const hint = "each endpoint begins with a line [[llm_endpoints.endpoints]]";
    throw refused(spot, new WgError("bad-value", `must be ${endpointsType.expects}`, { hint }));
  }
  const list = value.map((item: unknown, index) => readEndpoint(item, spot, index));
  refuseRepeats(list, spot);
  return list;
}

function readEndpoint(item: unknown, spot: Spot, index: number): EndpointTable {
  if (!isTable(item)) throw refused(spot, new WgError("bad-value", "each endpoint is a table"), index);
  for (const { field, required } of endpointFields) {
    if (!required || Object.hasOwn(item, field)) continue;
    throw refused(spot, new WgError("bad-value", `endpoint ${index + 1} has no ${field}`), index);
  }
  for (const name of Object.keys(item)) {
    if (!endpointFields.some(({ field }) => field === name)) throw unknownField(spot, index, name);
  }
  const read = <T>(field: keyof EndpointTable, type: ValueType<T>): T => {
    const inner: Spot = { key: `${spot.key}[${index}].${field}`, place: () => spot.place(index, field) };
    return type.read(item[field], inner);
  };
  return {
    name: read("name", nameType),
    provider: read("provider", providerType),
    url: read("url", urlType),
    ...("api_key_ref" in item && { api_key_ref: read("api_key_ref", referenceType) }),
    ...("is_default" in item && { is_default: read("is_default", flagType) }),
  };
}

function unknownField(spot: Spot, index: number, name: string): WgError {
  const known = endpointFields.map(({ field }) => field);
  const guess = /key/i.test(name) ? "api_key_ref" : nearest(name, known);
  const error = new WgError("unknown-key", `an endpoint has no ${JSON.stringify(name.slice(0, 60))}`, {
    hint: guess ? `did you mean ${guess}?` : `its keys: ${known.join(", ")}`,
  });
  return refused(spot, error, index, name);
}

function refuseRepeats(list: readonly EndpointTable[], spot: Spot): void {
  for (const [index, { name, provider, is_default }] of list.entries()) {
    const earlier = list.slice(0, index);
    if (earlier.some((other) => other.name === name)) {
      throw refused(spot, new WgError("bad-value", `two endpoints are named ${name}`), index, "name");
    }
    const rival = is_default && earlier.find((other) => other.is_default && other.provider === provider);
    if (rival) {
      const what = `${rival.name} and ${name} are both the default for ${provider}`;
      const error = new WgError("bad-value", what, { hint: "keep is_default = true on one of them" });
      throw refused(spot, error, index, "is_default");
    }
  }
}

/** The url without a trailing slash. Its text is never repeated in a refusal: it may hold a password. */
function plainUrl(text: string): string {
  if (/[\s\p{Cc}\\]/u.test(text) || !/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    throw new WgError("bad-url", "is no http or https url", { hint: "for example http://127.0.0.1:8088" });
  }
  const url = new URL(text);
  const secret = url.username + url.password !== "" || [...url.searchParams.keys()].some(isSecretName);
  if (secret) {
    throw new WgError("secret-value", "the url holds a secret", { hint: "give the key by api_key_ref" });
  }
  if (url.hash !== "") throw new WgError("bad-url", "a url of a server has no #part");
  return url.search === "" ? text.replace(/\/+$/, "") : text;
}
