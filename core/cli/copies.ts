import { type ContainerLimits } from "../bundle/container.ts";
import { openContainer } from "../bundle/open-container.ts";
import { type Trust } from "../casefile/trust.ts";
import { judgeCopies, verifyCopy, type JudgedCopy } from "../casefile/verify-copies.ts";
import { verifyContainer } from "../casefile/verify-evidence.ts";
import { Problem } from "../model/problem.ts";
import { verdictWord, type CopiesRelation, type CopiesResult, type VerifyResult } from "../model/verdict.ts";
import { refusedResult } from "../verification/verify-bundle.ts";
import { type CommandIo } from "./command.ts";

const RELATIONS: Record<CopiesRelation, string> = {
  equal: "the copies hold one history of the same length",
  prefix: "the shorter copies are the beginning of the longest",
  fork: "the copies hold two signed histories that exclude each other",
  unrelated: "the copies are not of one log, or nothing signed ties them together",
};

/** Verifies several copies of one log, and says which of them holds which records as they were logged. */
export async function verifyCopies(
  io: CommandIo,
  operands: readonly string[],
  limits: ContainerLimits,
  trust: Trust,
): Promise<CopiesResult> {
  const copies: JudgedCopy[] = [];
  for (const operand of operands) copies.push(await judgeCopy(io, io.path(operand), limits, trust));
  return judgeCopies(copies);
}

/** The result for people; `describe` tells that of one copy. */
export function describeCopies(
  { verdict, copies, relation, good }: CopiesResult,
  operands: readonly string[],
  describe: (result: VerifyResult) => string,
): string {
  return [
    `${verdictWord(verdict)} (${verdict})`,
    `${relation}: ${RELATIONS[relation]}`,
    ...copies.flatMap((copy, position) => ["", `copy ${position}: ${operands[position] ?? ""}`, describe(copy)]),
    "",
    ...good.map(({ from, to, copy }) => `events ${from} to ${to - 1} are good in copy ${copy}`),
    ...(good.length === 0 ? ["no copy is proven to hold records as they were logged"] : []),
  ].join("\n");
}

async function judgeCopy(io: CommandIo, path: string, limits: ContainerLimits, trust: Trust): Promise<JudgedCopy> {
  try {
    const container = await openContainer(path, limits);
    try {
      const copy = await verifyCopy(container, trust, io.work);
      return copy ?? { result: await verifyContainer(container, trust, io.work), log: null };
    } finally {
      await container.close();
    }
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "refused") throw error;
    return { result: refusedResult(error), log: null };
  }
}
