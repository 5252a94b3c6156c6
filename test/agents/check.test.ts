// A check against the real CLIs: a yes is a run that works and a no is one that fails, on every fault of the simulator.
import { expect, it } from "vitest";
import { agentPrograms, modelOf, startRehearsal } from "../support/agents.ts";
import { expected, faultyServer, tryFaults } from "../support/check-faults.ts";

it.each(["claude", "codex"] as const)(
  "%s runs where a real check says yes and nowhere else, and where a quick one says no it does not",
  async (handler) => {
    const { place, simulator, end } = await startRehearsal();
    simulator.setScript(faultyServer);
    const command = agentPrograms()[handler];
    const tried = { handler, model: modelOf[handler], command, limitMs: 20_000 };
    const found = await tryFaults(place, simulator.url, tried);
    await end();
    expect(found).toEqual(expected);
  },
  600_000,
);
