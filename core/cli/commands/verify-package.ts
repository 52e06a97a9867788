import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { platformHash } from "../../bundle/platform-crypto.ts";
import { retiredExaminerKeys } from "../../casefile/examiner-key-ring.ts";
import { home } from "../../casefile/home.ts";
import { readTrustStore, timeAuthoritiesOf } from "../../casefile/trust-store.ts";
import { Problem, quote } from "../../model/problem.ts";
import { exitCodeOfVerdict, verdictWord } from "../../model/verdict.ts";
import { withDecrypted } from "../../report/encrypted-transport.ts";
import { type PackageVerification } from "../../report/package-verdict.ts";
import { verifyPackage } from "../../report/verify-package.ts";
import { fingerprintOf } from "../../signing/certificate.ts";
import { parseChain } from "../../signing/certificate-chain.ts";
import { parseTimeAuthorities } from "../../signing/time-authority.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay verify-package`: checks a findings package by itself; no case is needed. */
export function registerVerifyPackage(program: Command): void {
  const command = program
    .command("verify-package")
    .description("check a findings package, a folder or a zip")
    .argument("<path>", "the package")
    .option("--trust <crt|fingerprint>", "the signer's certificate, or its SHA-256 fingerprint, as you hold it")
    .option("--identity <file>", "age identities that open an encrypted package (.zip.age)")
    .option("--tsa <pem>", "certificates of a time authority that you trust (repeatable)", collect);
  runs(command, verifyPackageCommand);
}

async function verifyPackageCommand(io: CommandIo, options: Options, operands: readonly string[]): Promise<number> {
  const stated = textOption(options["trust"]);
  const store = await readTrustStore(home().trustStore);
  const trusted = [
    ...store.examiners.map((examiner) => examiner.fingerprint),
    ...(stated === undefined ? [] : [await fingerprintOption(io, stated)]),
  ];
  const tsa = await Promise.all(listOption(options["tsa"]).map((file) => readFile(io.path(file), "utf8")));
  const authorities = [...timeAuthoritiesOf(store), ...tsa.flatMap((pem) => parseTimeAuthorities(platformHash, pem))];
  const retired = await retiredExaminerKeys(home());
  const path = io.path(operands[0] ?? "");
  const verify = (plain: string) => verifyPackage(plain, { trusted, authorities, retired, signal: io.signal });
  const identity = textOption(options["identity"]);
  if (identity === undefined && path.endsWith(".age")) throw identityMissing(path);
  const result = await (identity === undefined
    ? verify(path)
    : withDecrypted(path, await readFile(io.path(identity), "utf8"), verify, io.signal));
  const { verdict, checks, findings } = result;
  await io.print({ verdict, checks, findings }, describe(result));
  return exitCodeOfVerdict(verdict);
}

function identityMissing(file: string): Problem {
  const message = "the package is encrypted: expected --identity with the age identities that open it";
  return new Problem("usage", "identity-missing", message, { file });
}

/** A fingerprint as openssl or Assay writes it, or that of a certificate file. */
async function fingerprintOption(io: CommandIo, stated: string): Promise<string> {
  const digits = stated.replaceAll(":", "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  const file = io.path(stated);
  try {
    const [certificate] = parseChain(await readFile(file, "utf8"));
    return fingerprintOf(platformHash, certificate);
  } catch (cause) {
    const message = `--trust expected a certificate file or a SHA-256 fingerprint, got ${quote(stated)}`;
    throw new Problem("usage", "bad-trust", message, { file }, { cause });
  }
}

const WORDS = {
  verified: "verified",
  failed: "FAILED",
  "not-verifiable": "not verifiable",
  "not-attempted": "not attempted",
};

function describe(result: PackageVerification): string {
  return [
    `${verdictWord(result.verdict)} (${result.verdict}): ${result.summary}`,
    ...result.checks.map((check) => `  ${check.name.padEnd(20)} ${WORDS[check.verdict].padEnd(14)} ${check.note}`),
    ...result.findings.map((finding) => `  ${finding.code}: ${finding.message}`),
  ].join("\n");
}
