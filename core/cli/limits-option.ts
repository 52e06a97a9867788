import { type Command } from "commander";

import { DEFAULT_LIMITS, type ContainerLimits } from "../bundle/container.ts";
import { Problem, quote } from "../model/problem.ts";

/** Adds the options with which an examiner lets larger evidence in than the limits allow. */
export function withLimits(command: Command): Command {
  return command
    .option("--max-ratio <n>", "accept archives that expand this many times", String(DEFAULT_LIMITS.maxRatio))
    .option("--max-bytes <n>", "accept this many bytes of unpacked content", String(DEFAULT_LIMITS.maxTotalBytes));
}

/** The limits that the options state. Throws the usage problem `bad-limit`; the limits can only be raised. */
export function limitsOf(options: Readonly<Record<string, unknown>>): ContainerLimits {
  const { maxRatio, maxTotalBytes } = DEFAULT_LIMITS;
  return {
    ...DEFAULT_LIMITS,
    maxRatio: atLeast("max-ratio", maxRatio, options["maxRatio"]),
    maxTotalBytes: atLeast("max-bytes", maxTotalBytes, options["maxBytes"]),
  };
}

function atLeast(name: string, least: number, value: unknown): number {
  const limit = typeof value === "string" && /^[1-9][0-9]{0,15}$/.test(value) ? Number(value) : NaN;
  if (Number.isSafeInteger(limit) && limit >= least) return limit;
  const found = quote(String(value));
  throw new Problem("usage", "bad-limit", `--${name} expected a number from ${least} on, got ${found}`, {
    expected: `${least} or more`,
    found,
  });
}
