// Queries: kysely writes and checks the SQL, SQLite runs it. The same builders can serve another database later.
import {
  type Compilable,
  DefaultQueryExecutor,
  DummyDriver,
  QueryCreator,
  type RawBuilder,
  SqliteAdapter,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import { type Graph, guard, prepared } from "./database.ts";
import type { Tables } from "./tables.ts";

const nowhere = new DummyDriver();

/**
 * Builds queries; it cannot run them. kysely's own entry, the class Kysely, would load its schema builders too, which
 * costs every command 4 ms.
 */
export const query = new QueryCreator<Tables>({
  executor: new DefaultQueryExecutor(new SqliteQueryCompiler(), new SqliteAdapter(), {
    provideConnection: async (use) => use(await nowhere.acquireConnection()),
  }),
});

/** All rows of a query. */
export function rowsOf<Row>(graph: Graph, built: Compilable<Row>): Row[] {
  const { sql: text, parameters } = built.compile();
  return guard(graph.file, () => prepared(graph, text).all(...parameters));
}

/** The first row of a query, or undefined. */
export function rowOf<Row>(graph: Graph, built: Compilable<Row>): Row | undefined {
  const { sql: text, parameters } = built.compile();
  return guard(graph.file, () => prepared(graph, text).get(...parameters));
}

/** Runs a change and answers how many rows it touched (those of triggers not counted). */
export function execute(graph: Graph, built: Compilable): number {
  const { sql: text, parameters } = built.compile();
  return guard(graph.file, () => prepared(graph, text).run(...parameters).changes);
}

/** A list of texts for `in`, as one parameter, so that its length neither has a limit nor makes another statement. */
export function anyOf<Text extends string>(texts: readonly Text[]): RawBuilder<Text> {
  return sql<Text>`(select value from json_each(${JSON.stringify(texts)}))`;
}
