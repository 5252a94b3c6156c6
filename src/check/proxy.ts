// Whether a program that heeds the proxy variables would go through a proxy. Pure.
import type { Env } from "../base/home.ts";

/** The name of the variable whose proxy is used for a url, or undefined when it is reached directly. */
export function proxyVariable(url: string, env: Env): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? "https_proxy" : "http_proxy";
  const name = [scheme.toUpperCase(), scheme, "ALL_PROXY", "all_proxy"].find((each) => env[each]);
  if (name === undefined) return undefined;
  const spared = (env["NO_PROXY"] || env["no_proxy"] || "").split(/[\s,]+/).filter(Boolean);
  const isSpared = spared.some((entry) => isCovered(entry.toLowerCase(), hostname.toLowerCase(), port));
  return isSpared ? undefined : name;
}

/** `*`, a host, `.domain` or `*.domain`, each perhaps with a port. */
function isCovered(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  const [, host = entry, only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (only !== undefined && only !== port) return false;
  const domain = host.replace(/^\*?\./, "");
  return hostname === domain || hostname.endsWith(`.${domain}`);
}
