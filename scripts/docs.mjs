// Writes the generated pages of docs/ with the built program.
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const { status } = spawnSync(
  process.execPath,
  [path.join(root, "dist/main.js"), "docs", path.join(root, "docs")],
  {
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
