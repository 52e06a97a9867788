import { describeRelation } from "../model/copies-relation.ts";
import { verdictWord, type CopiesResult, type VerifyResult } from "../model/verdict.ts";

/** The result for people; `describe` tells that of one copy. */
export function describeCopies(
  { verdict, copies, relation, good }: CopiesResult,
  operands: readonly string[],
  describe: (result: VerifyResult) => string,
): string {
  return [
    `${verdictWord(verdict)} (${verdict})`,
    `${relation}: ${describeRelation(relation)}`,
    ...copies.flatMap((copy, position) => ["", `copy ${position}: ${operands[position] ?? ""}`, describe(copy)]),
    "",
    ...good.map(({ from, to, copy }) => `events ${from} to ${to - 1} are good in copy ${copy}`),
    ...(good.length === 0 ? ["no copy is proven to hold records as they were logged"] : []),
  ].join("\n");
}
