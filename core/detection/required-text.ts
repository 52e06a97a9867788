/** What a regular expression must mean literally to be read here: anything else gives no text. */
const PLAIN = /^[\w\s.+*?^$:;,/@#%&=<>"'~`!-]*$/;
/** A run of literal characters, of which one that may be absent is none. */
const RUNS = /(?:[^.+*?^$](?![*?]))+/g;

/**
 * The longest text that every match of a regular expression holds, or undefined where that is not plain to see: looking for
 * it first spares most texts the expression.
 */
export function requiredText(source: string, flags: string): string | undefined {
  if (flags.includes("i") || !PLAIN.test(source)) return undefined;
  const runs = source.match(RUNS) ?? [];
  return runs.toSorted((one, other) => other.length - one.length)[0];
}
