import { type Command } from "commander";

import { exportCustody } from "../../interchange/export-custody.ts";
import { exportEvents } from "../../interchange/export-events.ts";
import { EVENT_FORMATS, exportFormat } from "../../interchange/formats.ts";
import { exportParquet } from "../../interchange/parquet.ts";
import { runs, textOption, timeOption, type CommandIo } from "../command.ts";
import { openCaseForWork, signingKey, withExaminer, type CommandSession } from "../examiner-option.ts";
import { PROGRAM } from "../program.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay export`: the events of a case for another tool, with a signed manifest. */
export function registerExport(program: Command): void {
  const command = withExaminer(program.command("export").description("write events of a case for another tool"))
    .requiredOption(
      "--format <format>",
      `${EVENT_FORMATS.join(", ")}; parquet: a folder a day; case: its custody as CASE/UCO JSON-LD`,
    )
    .requiredOption("--out <path>", "the file or, for parquet, the folder to make")
    .option("--query <query>", "only events that match (docs/query-language.md)")
    .option("--from <time>", "only events at or after this time")
    .option("--to <time>", "only events before this time");
  runs(command, exportCase);
}

async function exportCase(io: CommandIo, options: Options): Promise<void> {
  const session = await openCaseForWork(io, options);
  try {
    await writeExport(io, options, session);
  } finally {
    await session.close();
  }
}

async function writeExport(io: CommandIo, options: Options, { caseFile, custody }: CommandSession): Promise<void> {
  const out = io.path(textOption(options["out"]) ?? "");
  const key = await signingKey(io, options);
  const order = {
    question: {
      query: textOption(options["query"]) ?? "",
      from: timeOption("from", options["from"]) ?? null,
      to: timeOption("to", options["to"]) ?? null,
      logRecords: true,
      copies: true,
    },
    out,
    program: PROGRAM,
    exportedAt: new Date().toISOString(),
    signer: key,
    journal: custody,
    work: io.work,
  };
  const format = textOption(options["format"]) ?? "";
  const write = () => {
    if (format === "case") return exportCustody(caseFile, order);
    if (format === "parquet") return exportParquet(caseFile, order);
    return exportEvents(caseFile, { ...order, format: exportFormat(format, out, order.exportedAt) });
  };
  const result = await write();
  const unit = format === "case" ? "entries" : "events";
  const files = result.files.map(({ name, rows, sha256 }) => `${name}  ${rows} ${unit}  SHA-256 ${sha256}`);
  const remark = result.remark === undefined ? [] : [result.remark];
  await io.print(result, [...files, `${result.manifest}  signed manifest`, ...remark].join("\n"));
}
