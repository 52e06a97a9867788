import { type Command } from "commander";

import { type ExaminerKey } from "../../casefile/examiner-key.ts";
import { exportCustody } from "../../interchange/export-custody.ts";
import { exportEvents } from "../../interchange/export-events.ts";
import { type ExportFormat } from "../../interchange/export-format.ts";
import { EXPORT_FORMATS, exportFormat } from "../../interchange/formats.ts";
import { exportParquet } from "../../interchange/parquet.ts";
import { runs, textOption, timeOption, type CommandIo } from "../command.ts";
import { examinerSigner, openCaseForWork, withExaminer, type CommandSession } from "../examiner-option.ts";
import { PROGRAM } from "../program.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay export`: the events of a case for another tool, with a signed manifest. */
export function registerExport(program: Command): void {
  const command = withExaminer(program.command("export").description("write events of a case for another tool"))
    .requiredOption(
      "--format <format>",
      `${EXPORT_FORMATS.join(", ")}; parquet is a folder a day, case its custody as CASE/UCO JSON-LD`,
    )
    .requiredOption("--out <path>", "the file or, for parquet, the folder to make")
    .option("--query <query>", "only events that match (docs/query-language.md)")
    .option("--from <time>", "only events at or after this time")
    .option("--to <time>", "only events before this time");
  runs(command, exportCase);
}

async function exportCase(io: CommandIo, options: Options): Promise<void> {
  const asked = questionOf(io, options);
  const session = await openCaseForWork(io, options);
  try {
    await writeExport(io, asked, await examinerSigner(io, options), session);
  } finally {
    await session.close();
  }
}

/** What is asked for; a command line that is wrong opens no case. Throws `bad-format`, `bad-extension`, `bad-time` (usage). */
function questionOf(io: CommandIo, options: Options) {
  const name = textOption(options["format"]) ?? "";
  const out = io.path(textOption(options["out"]) ?? "");
  const exportedAt = new Date().toISOString();
  const format: "case" | "parquet" | ExportFormat =
    name === "case" || name === "parquet" ? name : exportFormat(name, out, exportedAt);
  return {
    format,
    question: {
      query: textOption(options["query"]) ?? "",
      from: timeOption("from", options["from"]) ?? null,
      to: timeOption("to", options["to"]) ?? null,
      logRecords: true,
      copies: true,
    },
    out,
    program: PROGRAM,
    exportedAt,
    work: io.work,
  };
}

async function writeExport(
  io: CommandIo,
  { format, ...asked }: ReturnType<typeof questionOf>,
  signer: ExaminerKey,
  { caseFile, custody }: CommandSession,
): Promise<void> {
  const order = { ...asked, signer, journal: custody };
  const write = () => {
    if (format === "case") return exportCustody(caseFile, order);
    if (format === "parquet") return exportParquet(caseFile, order);
    return exportEvents(caseFile, { ...order, format });
  };
  const result = await write();
  const unit = format === "case" ? "entries" : "events";
  const files = result.files.map(({ name, rows, sha256 }) => `${name}  ${rows} ${unit}  SHA-256 ${sha256}`);
  const remark = result.remark === undefined ? [] : [result.remark];
  await io.print(result, [...files, `${result.manifest}  signed manifest`, ...remark].join("\n"));
}
