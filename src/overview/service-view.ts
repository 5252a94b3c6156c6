// What can be seen of a project's service: that it is not there, does not answer, or what it says of itself.
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { call } from "../ipc/client.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";
import { socketPathOf } from "../ipc/socket.ts";

export type ServiceView =
  | { kind: "none" }
  | { kind: "silent"; why: string }
  | { kind: "running"; status: ServiceStatus };

/** Longer than this nobody who looks waits for a service. */
const answerMs = 2000;

/** Asks the service once. Rejects only with the reason of `signal`. */
export async function serviceView(project: Project, signal: AbortSignal): Promise<ServiceView> {
  try {
    const status = await call(socketPathOf(project), "status", {}, { timeoutMs: answerMs, signal });
    return { kind: "running", status };
  } catch (error) {
    if (signal.aborted || !(error instanceof WgError)) throw error;
    return error.code === "no-service" ? { kind: "none" } : { kind: "silent", why: error.message };
  }
}
