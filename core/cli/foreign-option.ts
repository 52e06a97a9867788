import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { Problem } from "../model/problem.ts";
import { parsePublicKeyList, type ListedKey } from "../signing/public-key-list.ts";
import { type AskedWindow } from "../verification/cloudtrail-window.ts";
import { collect, listOption, timeOption, type CommandIo } from "./command.ts";

type Options = Readonly<Record<string, unknown>>;

/** Adds the option that names keys of CloudTrail to trust for this run, besides the pinned ones. */
export function withPublicKeys(command: Command): Command {
  const text = "trust the CloudTrail keys in this file: an answer of ListPublicKeys, PEM or base64; repeats";
  return command.option("--public-keys <file>", text, collect);
}

/** The keys of `--public-keys`. Throws as `parsePublicKeyList`. */
export async function givenPublicKeys(io: CommandIo, options: Options): Promise<readonly ListedKey[]> {
  const keys: ListedKey[] = [];
  for (const path of listOption(options["publicKeys"])) keys.push(...parsePublicKeyList(await readFile(io.path(path))));
  return keys;
}

/** Adds the options that ask whether a stretch of time is proven. */
export function withWindow(command: Command): Command {
  return command
    .option("--from <time>", "ask whether everything from this time on is proven (CloudTrail)")
    .option("--to <time>", "ask whether everything before this time is proven (CloudTrail)");
}

/** The time that `--from` and `--to` ask about; null without them. Throws `bad-time` and `bad-range` (usage). */
export function askedWindow(options: Options): AskedWindow | null {
  const from = timeOption("from", options["from"]) ?? null;
  const to = timeOption("to", options["to"]) ?? null;
  if (from !== null && to !== null && from >= to) {
    throw new Problem("usage", "bad-range", "--from expected a time before that of --to");
  }
  return from === null && to === null ? null : { from, to };
}
