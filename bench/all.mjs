// Every bench, one after the other, so that none disturbs another. Exits 1 when one of them found a ratio above its limit.
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const benches = [
  "switch.mjs",
  "services.mjs",
  "profiles.mjs",
  "graph.mjs",
  "dispatch.mjs",
  "overhead.mjs",
  "recovery.mjs",
  "chat.mjs",
  "watch.mjs",
  "failover.mjs",
  "agency.mjs",
  "compare.mjs",
];
let worst = 0;
for (const name of benches) {
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, name)], {
    stdio: "inherit",
  });
  worst = Math.max(worst, status ?? 1);
}
process.exitCode = worst;
