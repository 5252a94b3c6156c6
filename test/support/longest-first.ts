// The order of test files: those that take long begin first, so that none of them is waited for alone at the end.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Half a minute and more each, most of it waiting for what they started. */
const long = [
  "test/switch.test.ts",
  "test/service/service.test.ts",
  "test/check/faults.test.ts",
  "test/service/failover.test.ts",
  "test/profile/kill.test.ts",
  "test/worker/worker.test.ts",
  "test/service/hold.test.ts",
  "test/crash.test.ts",
  "test/envelopes.test.ts",
  "test/usage/budget.test.ts",
  "test/worktree/trouble.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? long.length : at;
    };
    const others = await super.sort(files);
    return others.sort((a, b) => rank(a) - rank(b));
  }
}
