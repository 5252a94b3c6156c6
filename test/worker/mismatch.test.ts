// A server that answers with another model than was asked for: told, or a failure, as the setting says.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

/** Runs one task on `asked` against a server that calls itself `named`; the run, and the task's log. */
async function runAgainst(named: string, setting: "warn" | "fail") {
  simulator.setScript({
    rules: [{ echo_model: named, steps: [{ shell: "echo hello" }, { final: "all done" }] }],
  });
  await place.ok("config", "set", "model_mismatch", setting, "--project");
  await place.ok("profile", "create", "local", "-m", "local:qwen3-coder-30b", "-e", simulator.url);
  await place.ok("profile", "use", "local");
  await place.start();
  await place.ok("add", "Try", "--id", "try");
  await place.ok("logs", "try", "-f");
  const { task, runs, log } = JSON.parse(await place.ok("show", "try", "--json"));
  return { task, run: runs[0], log: log.map(({ message }: { message: string }) => message).join("\n") };
}

const complaint = "asked for qwen3-coder-30b, the server answered with gpt-2";

describe("another model than was asked for", () => {
  it("is told in the events and in the task's log, and the work counts", async () => {
    const { task, run, log } = await runAgainst("gpt-2", "warn");
    expect(run).toMatchObject({ servedModels: ["gpt-2"], result: { outcome: "done", servedBy: "answered" } });
    expect(task.status).toBe("done");
    expect(log.split(complaint)).toHaveLength(2);
    expect(await place.ok("logs", "try")).toContain(`warning  ${complaint}`);
  });

  it("with model_mismatch = fail ends the run at once", async () => {
    const { task, run } = await runAgainst("gpt-2", "fail");
    expect(run.result).toMatchObject({
      outcome: "failed",
      failure: { class: "model-mismatch", message: complaint },
    });
    expect(task).toMatchObject({ status: "failed", reason: complaint });
  });

  it("is not the same model under the name of its file", async () => {
    const { run, log } = await runAgainst("/srv/models/Qwen3-Coder-30B.gguf", "fail");
    expect(run).toMatchObject({
      result: { outcome: "done" },
      servedModels: ["/srv/models/Qwen3-Coder-30B.gguf"],
    });
    expect(log).not.toContain("asked for");
  });
});
