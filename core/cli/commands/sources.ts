import { type Command } from "commander";

import { describeSources, type SourceDescription } from "../../sources/describe-source.ts";
import { runs, type CommandIo } from "../command.ts";

/** `assay sources`: the logs that are recognised, and what feeds which column. */
export function registerSources(program: Command): void {
  runs(program.command("sources").description("list the logs that are recognised, and what is read of them"), list);
}

async function list(io: CommandIo): Promise<void> {
  const sources = describeSources();
  const width = Math.max(...sources.map(({ name }) => name.length));
  await io.print({ sources }, sources.map((source) => line(source, width)).join("\n"));
}

function line({ name, title, testedOn, recognisedBy }: SourceDescription, width: number): string {
  const note = recognisedBy.length === 0 ? "" : testedOn === "documentation" ? " (untested on real data)" : "";
  return `${name.padEnd(width)}  ${title}${note}`;
}
