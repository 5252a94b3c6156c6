// SQLite, named once for the whole program.
export {
  DatabaseSync,
  type DatabaseSyncInstance as Database,
  type StatementSyncInstance as Statement,
} from "@photostructure/sqlite";
