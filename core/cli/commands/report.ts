import { type Command } from "commander";

import { rotationsTo } from "../../casefile/examiner-key-ring.ts";
import { home } from "../../casefile/home.ts";
import { Problem, quote } from "../../model/problem.ts";
import { collectReport } from "../../report/collect.ts";
import { exportPackage, type ExportedPackage } from "../../report/package.ts";
import { packageTarget } from "../../report/package-target.ts";
import { redactRecords, type Redaction } from "../../report/redact.ts";
import { readSelfTest } from "../../selftest/kept-result.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { examinerSigner, openCaseForWork, withExaminer } from "../examiner-option.ts";
import { PROGRAM } from "../program.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay report`: a signed findings package of a case. */
export function registerReport(program: Command): void {
  const command = withExaminer(program.command("report").description("write a signed findings package of a case"))
    .requiredOption(
      "--out <dir|zip>",
      "the package: a new folder, or a new file that ends in .zip, or in .zip.age when encrypted",
    )
    .option("--encrypt-to <recipient>", "hide the package in an age file for this recipient (repeatable)", collect)
    .option("--redact <item=reason>", "leave the content of a cited record out, for a reason (repeatable)", collect)
    .option("--keep-wording <reason>", "keep words that the wording check would put differently; journaled and printed")
    .option("--docx", "put the report into the package as an unsigned Word document, too")
    .option("--in-toto", "put a signed in-toto statement about the package into it, too")
    .option("--final", "refuse a report that lacks something a person must give");
  runs(command, report);
}

async function report(io: CommandIo, options: Options): Promise<void> {
  const target = packageTarget(io.path(textOption(options["out"]) ?? ""), listOption(options["encryptTo"]));
  const session = await openCaseForWork(io, options);
  try {
    const key = await examinerSigner(io, options);
    const input = await collectReport(session.caseFile, session.custody, {
      issuedAt: new Date().toISOString(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      signer: { name: key.name, fingerprint: key.fingerprint },
      program: { ...PROGRAM, platform: `${process.platform} ${process.arch}, Node ${process.versions.node}` },
      selfTest: await readSelfTest(home().selfTest, PROGRAM.build),
      wordingKept: textOption(options["keepWording"]) ?? null,
    });
    const exported = await exportPackage(redactRecords(input, listOption(options["redact"]).map(redactionOption)), {
      signer: key,
      rotations: await rotationsTo(home(), key.fingerprint),
      journal: session.custody,
      target,
      final: options["final"] === true,
      extras: [
        ...(options["docx"] === true ? ["docx" as const] : []),
        ...(options["inToto"] === true ? ["in-toto" as const] : []),
      ],
      work: io.work,
    });
    await io.print(exported, describe(exported));
  } finally {
    await session.close();
  }
}

/** "EX-00001=reason". Throws the usage problem `bad-redaction`. */
function redactionOption(text: string): Redaction {
  const [, item, reason] = /^(EX-\d{5,})=(.*\S.*)$/s.exec(text) ?? [];
  if (item !== undefined && reason !== undefined) return { item, reason: reason.trim() };
  throw new Problem("usage", "bad-redaction", `--redact expected EX-00001=reason, got ${quote(text)}`);
}

function describe(exported: ExportedPackage): string {
  return [
    `${exported.reportId} written${exported.draft ? " as a DRAFT" : ""}: ${exported.files} files`,
    ...exported.missing.map((item) => `  still missing: ${item.section}: ${item.what}`),
    `SHA-256 of SHA256SUMS     ${exported.sha256sums}`,
    `certificate fingerprint   ${exported.fingerprint}`,
  ].join("\n");
}
