// Rows of one table out of an SQL dump, read as text: nothing of the dump is ever run.

/** Strings, quoted names, comments, marks, and words; enough to follow INSERT statements. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[(),;]|[^\s'"(),;]+/g;

/**
 * Every row that `INSERT INTO <table> (columns) VALUES (...), (...)` gives to a table, by column. Only values that are
 * plain strings are kept; numbers, NULL, blobs and expressions are left out.
 */
export function rowsOf(sql: string, table: string): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  for (const statement of statementsOf(sql)) {
    const [insert = "", into = "", name = ""] = statement;
    if (!/^insert$/i.test(insert) || !/^into$/i.test(into) || unquoted(name) !== table) continue;
    const [columns = [], ...values] = groupsOf(statement.slice(3));
    const names = columns.map(([column = ""]) => unquoted(column));
    for (const row of values) {
      const pairs = names.flatMap((column, index): [string, string][] => {
        const [value = "", ...more] = row[index] ?? [];
        return value.startsWith("'") && more.length === 0 ? [[column, unquoted(value)]] : [];
      });
      rows.push(Object.fromEntries(pairs));
    }
  }
  return rows;
}

function* statementsOf(sql: string): Generator<string[]> {
  let statement: string[] = [];
  for (const [token] of sql.matchAll(tokens)) {
    if (token.startsWith("--")) continue;
    if (token !== ";") statement.push(token);
    else {
      yield statement;
      statement = [];
    }
  }
  yield statement;
}

/** The outermost brackets, each as its members, each as its tokens. */
function groupsOf(statement: readonly string[]): string[][][] {
  const groups: string[][][] = [];
  let depth = 0;
  for (const token of statement) {
    if (token === "(" && ++depth === 1) groups.push([[]]);
    else if (token === ")" && --depth === 0) continue;
    else if (depth === 1 && token === ",") groups.at(-1)?.push([]);
    else if (depth > 0) groups.at(-1)?.at(-1)?.push(token);
  }
  return groups;
}

function unquoted(token: string): string {
  const [quote = ""] = token;
  if (quote !== "'" && quote !== '"') return token;
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
