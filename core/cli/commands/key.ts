import { readFile, writeFile } from "node:fs/promises";

import { type Command } from "commander";

import { type CustodyAct } from "../../casefile/custody-journal.ts";
import {
  changeKeyPassphrase,
  generateExaminerKey,
  loadExaminerKey,
  type NewExaminerKey,
} from "../../casefile/examiner-key.ts";
import {
  adoptExaminerKey,
  certificateOfKey,
  listExaminerKeys,
  reportExaminerKey,
  rotateExaminerKey,
} from "../../casefile/examiner-key-ring.ts";
import { home } from "../../casefile/home.ts";
import { NO_KEY_STORE } from "../../casefile/key-store.ts";
import { parseTokenKey, readTokenCertificate } from "../../casefile/token-key.ts";
import { type ExaminerKeyRecord } from "../../model/examiner-keys.ts";
import { Problem, quote } from "../../model/problem.ts";
import { formatInstant } from "../../model/time.ts";
import { fingerprintSheet } from "../../report/fingerprint-sheet.ts";
import { readPkcs12 } from "../../signing/pkcs12.ts";
import { holdsCommands, runs, textOption, timeOption, type CommandIo } from "../command.ts";
import { openCaseForWork, readPassphrase } from "../examiner-option.ts";
import { PROGRAM } from "../program.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay key list|import|token|rotate|passphrase|report|sheet`: the keys that this user signs and signed with. */
export function registerKey(program: Command): void {
  const key = holdsCommands(program.command("key").description("list, import, change or retire the examiner's key"));
  runs(key.command("list").description("list every key, the newest first"), list);
  const take = key
    .command("import")
    .description("take the key of a PKCS#12 file (RSA, ECDSA P-256 or P-384) as the examiner's")
    .argument("<p12>", "the file");
  runs(withNewKey(take), importKey);
  const token = key
    .command("token")
    .description("let a key on a token (PKCS #11: RSA, ECDSA P-256 or P-384) be the examiner's; it stays there")
    .requiredOption("--module <file>", "the PKCS #11 module of the token, an absolute path")
    .requiredOption("--token <label>", "label of the token")
    .requiredOption("--id <hex>", "id of the key and its certificate on the token")
    .requiredOption("--passphrase-file <file>", "file that holds the PIN, such as /dev/fd/3; it is tried and not kept")
    .option("--case <folder>", "a case whose journal says so");
  runs(token, useToken);
  const rotate = key
    .command("rotate")
    .description("let another key take the place of the current one, which endorses it")
    .option("--name <person>", "make a new key in this name (default: the name of the current one)")
    .option("--pkcs12 <p12>", "take the key of a PKCS#12 file instead")
    .option("--module <file>", "take a key on a token instead: its PKCS #11 module, with --token and --id")
    .option("--token <label>", "label of the token")
    .option("--id <hex>", "id of the key and its certificate on the token")
    .option("--passphrase-file <file>", "file that holds the passphrase of the current key")
    .requiredOption("--reason <text>", "why");
  runs(withNewKey(rotate), rotateKey);
  const passphrase = key
    .command("passphrase")
    .description("keep the current key under another passphrase; its certificate stays")
    .option("--passphrase-file <file>", "file that holds the passphrase until now")
    .option(
      "--new-passphrase-file <file>",
      "file that holds the one from now on (default: none, the file's mode alone)",
    )
    .option("--case <folder>", "a case whose journal says so");
  runs(passphrase, changePassphrase);
  const report = key
    .command("report")
    .description("retire a key that is lost or in other hands")
    .argument("<fingerprint>", "SHA-256 of its certificate")
    .requiredOption("--kind <kind>", "lost or compromised")
    .option("--from <time>", "since when it was out of your hands (default: now)")
    .option("--case <folder>", "a case whose journal says so")
    .requiredOption("--reason <text>", "what happened");
  runs(report, reportKey);
  const sheet = key
    .command("sheet")
    .description("write the page that lets others compare a fingerprint")
    .argument("[fingerprint]", "SHA-256 of the certificate (default: the current key's)")
    .requiredOption("--out <file>", "a PDF, or a page for a browser when the name ends in .html");
  runs(sheet, writeSheet);
}

function withNewKey(command: Command): Command {
  return command
    .option("--file-passphrase-file <file>", "file that holds the passphrase of the PKCS#12 file")
    .option(
      "--new-passphrase-file <file>",
      "file that holds the passphrase to keep the key under, or the PIN of its token",
    )
    .option("--case <folder>", "a case whose journal says so");
}

async function list(io: CommandIo): Promise<void> {
  const keys = await listExaminerKeys(home(), NO_KEY_STORE);
  await io.print(keys, keys.keys.length === 0 ? "no key yet" : keys.keys.map(describe).join("\n"));
}

async function importKey(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const key = await readFileKey(io, options, operands[0] ?? "");
  const passphrase = await readPassphrase(io, options, "newPassphraseFile");
  const { fingerprint, name } = await adoptExaminerKey(home(), key, "imported", passphrase);
  const object = { id: "examiner", label: name, sha256: fingerprint };
  await journal(io, options, passphrase, { action: "key.imported", object });
  await io.print({ fingerprint, name }, `imported the key of ${quote(name)}\nfingerprint  ${fingerprint}`);
}

async function useToken(io: CommandIo, options: Options): Promise<void> {
  const pin = await readPassphrase(io, options);
  const { fingerprint, name } = await adoptExaminerKey(home(), await tokenKey(options), "imported", pin);
  const object = { id: "examiner", label: name, sha256: fingerprint };
  await journal(io, options, pin, { action: "key.imported", object, params: { kept: "token" } });
  await io.print({ fingerprint, name }, `the key of ${quote(name)} on its token signs\nfingerprint  ${fingerprint}`);
}

async function rotateKey(io: CommandIo, options: Options): Promise<void> {
  const current = await loadExaminerKey(home().examinerKey, await readPassphrase(io, options));
  const { key, origin } = await successorKey(io, options, current.name);
  const passphrase = await readPassphrase(io, options, "newPassphraseFile");
  const reason = textOption(options["reason"]) ?? "";
  const { rotation } = await rotateExaminerKey(home(), current, { key, origin, passphrase, reason });
  const object = { id: "examiner", sha256: rotation.to };
  await journal(io, options, passphrase, { action: "key.rotated", object, params: { ...rotation }, note: reason });
  await io.print(rotation, `${rotation.to}\ntakes the place of\n${rotation.from}\nwhich signed that it does`);
}

async function changePassphrase(io: CommandIo, options: Options): Promise<void> {
  const current = await readPassphrase(io, options);
  const next = await readPassphrase(io, options, "newPassphraseFile");
  await changeKeyPassphrase(home().examinerKey, { current, next }, NO_KEY_STORE);
  const passphrase = next === undefined ? "none" : "set";
  const object = { id: "examiner" };
  await journal(io, options, next, { action: "key.passphrase-changed", object, params: { passphrase } });
  await io.print({ passphrase }, next === undefined ? "the key has no passphrase now" : "the passphrase is changed");
}

async function reportKey(io: CommandIo, options: Options, [fingerprint = ""]: readonly string[]): Promise<void> {
  const kind = options["kind"];
  if (kind !== "lost" && kind !== "compromised") {
    throw new Problem("usage", "bad-kind", "--kind expected lost or compromised");
  }
  const stated = timeOption("from", options["from"]);
  const from = stated === undefined ? new Date().toISOString() : formatInstant(stated);
  const reason = textOption(options["reason"]) ?? "";
  await reportExaminerKey(home(), { fingerprint, kind, from, reason });
  const object = { id: "examiner", sha256: fingerprint };
  await journal(io, options, undefined, { action: `key.${kind}`, object, params: { from }, note: reason });
  await io.print({ fingerprint, kind, from }, `${fingerprint} signs no more: ${kind} since ${from}`);
}

async function writeSheet(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const { keys } = await listExaminerKeys(home(), NO_KEY_STORE);
  const fingerprint = operands[0] ?? keys.find(({ state }) => state === "current")?.fingerprint ?? "";
  const out = io.path(textOption(options["out"]) ?? "");
  const sheet = await fingerprintSheet(await certificateOfKey(home(), fingerprint), {
    writtenAt: new Date().toISOString(),
    version: PROGRAM.version,
    form: out.endsWith(".html") ? "html" : "pdf",
  });
  await writeFile(out, sheet, { flag: "wx" });
  await io.print({ fingerprint, out }, `fingerprint  ${fingerprint}\nwritten to   ${out}`);
}

async function successorKey(
  io: CommandIo,
  options: Options,
  name: string,
): Promise<{ readonly key: NewExaminerKey; readonly origin: "created" | "imported" }> {
  const file = textOption(options["pkcs12"]);
  if (file !== undefined) return { key: await readFileKey(io, options, file), origin: "imported" };
  if (options["module"] !== undefined) return { key: await tokenKey(options), origin: "imported" };
  return { key: await generateExaminerKey(textOption(options["name"]) ?? name), origin: "created" };
}

async function tokenKey({ module, token, id }: Options): Promise<NewExaminerKey> {
  const privateKey = parseTokenKey({ module, token, id });
  return { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] };
}

async function readFileKey(io: CommandIo, options: Options, file: string): Promise<NewExaminerKey> {
  return readPkcs12(
    crypto,
    await readFile(io.path(file)),
    (await readPassphrase(io, options, "filePassphraseFile")) ?? "",
  );
}

/** Keys are the user's and not a case's: the case that is named records what was done. */
async function journal(
  io: CommandIo,
  options: Options,
  passphrase: string | undefined,
  act: CustodyAct,
): Promise<void> {
  if (options["case"] === undefined) return;
  const session = await openCaseForWork(io, options, { create: false, passphrase });
  try {
    await session.custody.append(act);
  } finally {
    await session.close();
  }
}

function describe({
  fingerprint,
  name,
  algorithm,
  state,
  since,
  notAfter,
  expired,
  retired,
  endorsedBy,
}: ExaminerKeyRecord): string {
  const validity = expired ? `expired ${notAfter}: replace it` : `valid until ${notAfter}`;
  return [
    `${fingerprint}  ${state.padEnd(11)}  ${quote(name)}, since ${since}, ${validity}`,
    `    ${algorithm}`,
    ...(endorsedBy === null ? [] : [`    endorsed by ${endorsedBy}`]),
    ...(retired === null ? [] : [`    from ${retired.from}: ${retired.reason}`]),
  ].join("\n");
}
