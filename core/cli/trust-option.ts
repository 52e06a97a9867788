import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { platformHash } from "../bundle/platform-crypto.ts";
import { home } from "../casefile/home.ts";
import { logKeysOf, readTrustStore } from "../casefile/trust-store.ts";
import { parseVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { collect, listOption, type CommandIo } from "./command.ts";
import { withLaterOptions } from "./later-options.ts";

/** Adds the option that names keys to trust for this run, besides the pinned ones. */
export function withTrust(command: Command): Command {
  command.option("--trust <vkey>", "trust this verifier key, or the one in this file; repeats", collect);
  return withLaterOptions(command, ["--public-keys [file]", "--policy [file]", "--tsa [pem]", "--no-anchors"]);
}

/** Keys of the trust store and of `--trust`. Throws as `parseVerifierKey`: a weak key is refused. */
export async function trustedLogKeys(
  io: CommandIo,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly VerifierKey[]> {
  const pinned = logKeysOf(await readTrustStore(home().trustStore));
  const given: VerifierKey[] = [];
  for (const text of listOption(options["trust"])) {
    given.push(parseVerifierKey(platformHash, await textOrFile(io, text)));
  }
  return [...pinned, ...given];
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
