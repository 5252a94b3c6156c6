// SQLite, loaded once for the whole program.
import { createRequire } from "node:module";

// As CommonJS: the same package takes 5 ms longer through the ES module loader, which every command would pay.
const { DatabaseSync } = createRequire(import.meta.url)(
  "@photostructure/sqlite",
) as typeof import("@photostructure/sqlite");

export { DatabaseSync };
export type Database = InstanceType<typeof DatabaseSync>;
export type { StatementSyncInstance as Statement } from "@photostructure/sqlite";
