import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { platformHash } from "../bundle/platform-crypto.ts";
import { home } from "../casefile/home.ts";
import { readTrust, type Trust } from "../casefile/trust.ts";
import { parseTimeAuthorities, type TimeAuthority } from "../signing/time-authority.ts";
import { parsePolicy, type TlogPolicy } from "../signing/tlog-policy.ts";
import { parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { collect, listOption, type CommandIo } from "./command.ts";
import { givenPublicKeys, withPublicKeys } from "./foreign-option.ts";

/** Adds the options that name what to trust for this run, besides what is pinned. */
export function withTrust(command: Command): Command {
  return withPublicKeys(command)
    .option("--trust <vkey>", "trust this verifier key, or the one in this file; repeats", collect)
    .option(
      "--policy <file>",
      "judge witnesses by this policy (C2SP tlog-policy) instead of the pinned ones; repeats",
      collect,
    )
    .option("--tsa <pem>", "trust the time authority of these certificates; repeats", collect)
    .option("--no-anchors", "neither compare with states seen before, nor remember this one");
}

/** What is pinned, and what the options name. Throws as `readTrust` and the readers of keys, policies and certificates. */
export async function trustOf(io: CommandIo, options: Readonly<Record<string, unknown>>): Promise<Trust> {
  const pinned = await readTrust(home());
  const given: VerifierKey[] = [];
  for (const text of listOption(options["trust"])) {
    given.push(parseVerifierKey(platformHash, await textOrFile(io, text)));
  }
  const policies: TlogPolicy[] = [];
  for (const path of listOption(options["policy"])) {
    policies.push(parsePolicy(platformHash, await readFile(io.path(path))));
  }
  const authorities: TimeAuthority[] = [];
  for (const path of listOption(options["tsa"])) {
    authorities.push(...parseTimeAuthorities(platformHash, await readFile(io.path(path), "utf8")));
  }
  return {
    logKeys: [...pinned.logKeys, ...given, ...policies.flatMap(({ logs }) => logs)],
    publicKeys: [...pinned.publicKeys, ...(await givenPublicKeys(io, options))],
    policies: policies.length > 0 ? policies : pinned.policies,
    timeAuthorities: [...pinned.timeAuthorities, ...authorities],
    ...(options["anchors"] === false
      ? { knownStates: null, anchors: null }
      : { knownStates: pinned.knownStates, anchors: pinned.anchors }),
  };
}

/** What a text stands for that is itself or the name of a file that holds it: the content, without its last line feed. */
export async function textOrFile(io: CommandIo, text: string): Promise<string> {
  try {
    return (await readFile(io.path(text), "utf8")).trim();
  } catch (error) {
    // ENAMETOOLONG: a key or certificate given as text may be longer than any file name.
    const isNoFile =
      error instanceof Error && "code" in error && ["ENOENT", "ENAMETOOLONG"].includes(String(error.code));
    if (isNoFile) return text.trim();
    throw error;
  }
}
