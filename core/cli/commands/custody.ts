import { readFile } from "node:fs/promises";

import { type Command } from "commander";

import { caseFolder } from "../../casefile/case-folder.ts";
import { recordAct } from "../../casefile/custody-record.ts";
import { readCustodyEntries, verifyCustody, type CustodyVerification } from "../../casefile/custody-verify.ts";
import { RECORDED_KINDS, type CustodyEntry } from "../../model/custody.ts";
import { Problem, quote } from "../../model/problem.ts";
import { type CustodyVerdict } from "../../model/verdict.ts";
import { runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";

/** `assay custody`: the journal of a case, as it is on the disk; the case itself is neither opened nor changed. */
export function registerCustody(program: Command): void {
  const command = withExaminer(
    program.command("custody").description("list the custody journal of a case, verify it, or put something on record"),
  )
    .option("--record <kind>", "put on record what was done outside the program: note, review or handover")
    .option("--text <text>", "what was done")
    .option("--person <name>", "who reviewed, or who received")
    .option("--verify", "verify hashes, chain, sessions and signatures; the exit code is the verdict's")
    .option("--head <hash>", "with --verify: the hash of an entry that was kept elsewhere, which must be there still");
  runs(command, custody);
}

const EXIT_CODES: Readonly<Record<CustodyVerdict, number>> = { verified: 0, altered: 1, "not-verifiable": 2 };

async function custody(io: CommandIo, options: Readonly<Record<string, unknown>>): Promise<number> {
  if (options["record"] !== undefined) return putOnRecord(io, options);
  const bytes = await readJournal(caseFolder(io.path(textOption(options["case"]) ?? "")).custody);
  const verifying = options["verify"] === true;
  const result = await verifyCustody(bytes, verifying ? keptHead(options["head"]) : undefined);
  await io.print(toDocument(result), verifying ? describe(result) : listing(readCustodyEntries(bytes), result));
  return verifying ? EXIT_CODES[result.verdict] : 0;
}

async function putOnRecord(io: CommandIo, options: Readonly<Record<string, unknown>>): Promise<number> {
  const kind = RECORDED_KINDS.find((known) => known === options["record"]);
  if (kind === undefined) throw new Problem("usage", "bad-kind", `--record expected ${RECORDED_KINDS.join(", ")}`);
  const session = await openCaseForWork(io, options);
  try {
    const text = textOption(options["text"]) ?? "";
    const entry = await recordAct(session.custody, { kind, text, person: textOption(options["person"]) ?? "" });
    await io.print(entry, `${entry.action} recorded as entry ${entry.seq}`);
    return 0;
  } finally {
    await session.close();
  }
}

/** Throws `bad-head` (usage). */
function keptHead(value: unknown): string | undefined {
  const head = textOption(value)?.toLowerCase();
  if (head === undefined || /^[0-9a-f]{64}$/.test(head)) return head;
  throw new Problem("usage", "bad-head", `--head expected the SHA-256 of an entry in hex, got ${quote(head)}`);
}

async function readJournal(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const message = "reading the custody journal: expected a case folder, found no custody.jsonl in it";
    throw new Problem("machine", "no-custody-journal", message, { file }, { cause });
  }
}

function toDocument({ entries, head, verdict, findings, sessions }: CustodyVerification): unknown {
  return {
    entries,
    head,
    verdict,
    findings: findings.map(({ line, ...finding }) => ({ ...finding, where: { line } })),
    sessions,
  };
}

function describe(result: CustodyVerification): string {
  const examiners = new Map(
    result.sessions.flatMap(({ examiner }) => (examiner ? [[examiner.fingerprint, examiner.name]] : [])),
  );
  return [
    `${result.verdict}: ${result.entries} entries in ${result.sessions.length} sessions`,
    `head ${result.head}`,
    ...[...examiners].map(([fingerprint, name]) => `endorsed by ${quote(name)}, certificate SHA-256 ${fingerprint}`),
    ...result.findings.map(({ code, line, message }) => `line ${line}: ${message} [${code}]`),
    "not shown by this: that no entries were cut off at the end (give --head, the head in a package or its PDF),",
    "and who holds the examiner key (compare the fingerprint with one you received from the examiner)",
  ].join("\n");
}

function listing(entries: readonly CustodyEntry[], { verdict, head }: CustodyVerification): string {
  const lines = entries.map(({ seq, at, action, object, actor }) =>
    [String(seq).padStart(6), at, action.padEnd(20), (object?.id ?? "").padEnd(10), plain(object?.label), actor.name]
      .filter((text) => text !== "")
      .join("  "),
  );
  return [...lines, `${verdict}, head ${head}`].join("\n");
}

function plain(text: string | undefined): string {
  return text === undefined ? "" : quote(text).slice(1, -1);
}
