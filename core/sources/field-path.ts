import { assert, present } from "../model/assert.ts";
import { type FieldPath, type ValueRule } from "./source.ts";

/**
 * Paths are written as `actor.user.name`, `resources[0].ARN` and, for names with other characters than letters, digits,
 * `_`, `-`, `@` and `$`, `annotations."authorization.k8s.io/decision"`.
 */
const STEP = /\.?(?:([A-Za-z0-9_@$-]+)|"((?:[^"\\]|\\["\\])+)"|\[(\d{1,6})\])/y;
const PLAIN_NAME = /^[A-Za-z0-9_@$-]+$/;

/** The path that a text writes, or undefined when it writes none. */
export function parseFieldPath(text: string): FieldPath | undefined {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const start = STEP.lastIndex;
    const match = STEP.exec(text);
    if (!match) return undefined;
    const [, plain, quoted, position] = match;
    // A position follows its array without a dot; a name follows a dot, except at the beginning.
    const dotted = text[start] === ".";
    if (dotted !== (position === undefined && path.length > 0)) return undefined;
    if (position !== undefined) path.push(Number(position));
    else path.push(plain ?? present(quoted, "a step is one of three").replaceAll(/\\(.)/g, "$1"));
  }
  return typeof path[0] === "string" ? path : undefined;
}

/** The text of a path; {@link parseFieldPath} reads it back. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const name = PLAIN_NAME.test(step) ? step : `"${step.replaceAll(/["\\]/g, "\\$&")}"`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}

/** A path that is written in our own code. */
export function at(text: string): FieldPath {
  const path = parseFieldPath(text);
  assert(path !== undefined, `not a path: ${text}`);
  return path;
}

/** Paths tried in order. */
export function values(...texts: readonly string[]): readonly ValueRule[] {
  return texts.map((text) => ({ path: at(text) }));
}

/** The paths of a rule. */
export function pathsOfRule(rule: ValueRule): readonly FieldPath[] {
  if ("join" in rule) return rule.join;
  if (!("path" in rule)) return [];
  return rule.when ? [rule.path, rule.when.path] : [rule.path];
}
