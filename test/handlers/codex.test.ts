// The codex handler against a stand-in for its CLI.
import { handlerContract } from "../support/contract.ts";
import { allBehaviours, fakeJob } from "../support/fake-agent.ts";

handlerContract({
  name: "codex",
  behaviours: allBehaviours,
  job: (behaviour, place) => fakeJob("codex", behaviour, place),
});
