/**
 * Finds what a script says that DuckDB, Spark, Trino and ClickHouse do not read alike (after their documentation). The list
 * is of what is known to be portable: whatever else stands in a statement is a fault.
 */

interface Token {
  readonly kind: "word" | "number" | "string" | "quoted" | "operator";
  readonly text: string;
}

const TOKEN =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<quoted>"[^"]*"|`[^`]*`)|(?<word>[A-Za-z_]\w*)|(?<number>\d[\w.]*)|(?<operator><>|<=|>=|\|\||::|[^\s\w])/gu;

const KEYWORDS = new Set(
  (
    "CREATE VIEW AS SELECT DISTINCT FROM JOIN INNER LEFT ON WHERE GROUP BY HAVING ORDER ASC DESC LIMIT UNION ALL " +
    "AND OR NOT IN IS NULL LIKE BETWEEN EXISTS CASE WHEN THEN ELSE END"
  ).split(" "),
);
const FUNCTIONS = new Set(["COUNT", "MIN", "MAX", "SUM", "AVG", "ABS", "LOWER", "UPPER", "COALESCE", "NULLIF", "CAST"]);
/** Spark casts to no VARCHAR without a length, and ClickHouse has no STRING. */
const TYPES = new Set(["BIGINT", "DOUBLE"]);
const OPERATORS = new Set("( ) , ; . * + - || = <> < <= > >=".split(" "));
/** What a comma cannot stand before. */
const CLAUSES = new Set(["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", ")", ";", ""]);

/** A query or a pair of brackets that is being read. */
interface Scope {
  readonly opener: string;
  clause: string;
  aliases: readonly string[];
}

/** What is not portable in a script, in order. `names` are the columns and relations that it may use; those it makes are added. */
export function unportableSql(script: string, names: readonly string[]): readonly string[] {
  const tokens = tokensOf(script);
  const known = new Set([...names, ...namesMadeBy(tokens)]);
  const faults: string[] = [];
  let scopes: readonly Scope[] = [{ opener: "", clause: "", aliases: [] }];
  for (const [index, token] of tokens.entries()) {
    const before = wordAt(tokens, index - 1);
    const next = wordAt(tokens, index + 1);
    const scope = scopes[scopes.length - 1];
    if (!scope) return [...faults, "a bracket too many"];
    const fault = faultOf(token, before, next, scope, known);
    if (fault !== undefined) faults.push(fault);
    if (token.text === "(") scopes = [...scopes, { opener: before, clause: "", aliases: [] }];
    else if (token.text === ")") scopes = scopes.slice(0, -1);
    else if (token.kind === "word") enter(scope, token.text, before);
  }
  return scopes.length > 1 ? [...faults, "a bracket too few"] : faults;
}

function tokensOf(script: string): readonly Token[] {
  return [...script.matchAll(TOKEN)].flatMap(({ groups = {} }): Token[] => {
    const { string, quoted, word, number, operator } = groups;
    if (string !== undefined) return [{ kind: "string", text: string }];
    if (quoted !== undefined) return [{ kind: "quoted", text: quoted }];
    if (word !== undefined) return [{ kind: "word", text: word }];
    if (number !== undefined) return [{ kind: "number", text: number }];
    return operator === undefined ? [] : [{ kind: "operator", text: operator }];
  });
}

/** Views and aliases; a type behind AS is told as such, by its brackets. */
function namesMadeBy(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ kind, text }, index) => {
    const isMade = ["VIEW", "AS"].includes(wordAt(tokens, index - 1)) && kind === "word";
    return isMade && /^[a-z_]\w*$/.test(text) && !FUNCTIONS.has(text.toUpperCase()) ? [text] : [];
  });
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === "word" ? token.text.toUpperCase() : (token?.text ?? "");
}

function faultOf(
  { kind, text }: Token,
  before: string,
  next: string,
  { opener, clause, aliases }: Scope,
  known: ReadonlySet<string>,
): string | undefined {
  switch (kind) {
    case "quoted":
      return `quoted name ${text}`;
    case "string":
      return /^'[^'\\]*'$/.test(text) ? undefined : `escape in ${text}`;
    case "number":
      return /^\d+(\.\d+)?$/.test(text) ? undefined : `number ${text}`;
    case "operator":
      if (!OPERATORS.has(text)) return `operator ${text}`;
      if (text === "(" && next === ")") return `no argument of ${before}`;
      return text === "," && CLAUSES.has(next) ? "comma at the end" : undefined;
    case "word":
      break;
  }
  const word = text.toUpperCase();
  if (opener === "CAST" && before === "AS") return TYPES.has(word) ? undefined : `type ${text}`;
  if (FUNCTIONS.has(word) && next === "(") return undefined;
  if (word === "FROM" && ["", ";", "(", "AS"].includes(before)) return "FROM without SELECT";
  if (word === "ALL" && before !== "UNION") return "ALL for the names of columns";
  if (KEYWORDS.has(word)) return undefined;
  if (next === "(") return `function ${text}`;
  if (!known.has(text)) return `word ${text}`;
  const isReused = ["WHERE", "GROUP", "HAVING"].includes(clause) && before !== "." && aliases.includes(text);
  return isReused ? `alias ${text} in ${clause}` : undefined;
}

function enter(scope: Scope, text: string, before: string): void {
  const word = text.toUpperCase();
  if (["SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER"].includes(word)) scope.clause = word;
  if (word === "SELECT") scope.aliases = [];
  else if (before === "AS" && scope.clause === "SELECT") scope.aliases = [...scope.aliases, text];
}
