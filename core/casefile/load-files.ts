import { type Source } from "../sources/source.ts";
import { type CaseFolder } from "./case-folder.ts";
import { compileMapping } from "./compile-mapping.ts";
import { type SqlSession } from "./database.ts";
import { judgeGroup } from "./judge-records.ts";
import { insertGroup, numberGroup, type LoadTarget, type StagedLog } from "./load-group.ts";
import { remapGroup } from "./remap-records.ts";

/** What the files of an import have in common. */
export interface LoadPlace {
  readonly exhibit: number;
  /** Seq of the exhibit's first row. */
  readonly firstSeq: number;
  /** Statements, without their files, that are known to insert rows in the order of the evidence. */
  readonly inOrder: Set<string>;
  /** Whether `_log` marks records of the log itself, as in a sealed log. */
  readonly sealed: boolean;
  /** Whether the examiner chose the source. */
  readonly chosen: boolean;
}

/** Inserts the rows of files in evidence order, those of one source that follow each other by one statement. */
export async function insertFiles(
  session: SqlSession,
  files: readonly StagedLog[],
  place: LoadPlace,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const run of runsOfOneSource(files)) await insertGroup(session, run.files, targetOf(run, place), signal);
}

/** Numbers the rows of files that {@link insertFiles} has inserted, and looks again at those that are not plain. */
export async function settleFiles(
  session: SqlSession,
  folder: CaseFolder,
  files: readonly StagedLog[],
  place: LoadPlace,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const run of runsOfOneSource(files)) {
    const { source, mixed } = run.given;
    const target = targetOf(run, place);
    await numberGroup(session, run.files, target, signal);
    await remapGroup(session, folder, run.files, target, { source, mixed, chosen: place.chosen });
    await judgeGroup(session, folder, run.files, target, source);
  }
}

function targetOf({ given: { source } }: SourceRun, place: LoadPlace): LoadTarget {
  return { ...place, source: source.name, mapping: compileMapping(source.mapping) };
}

interface SourceRun {
  readonly given: { readonly source: Source; readonly mixed: boolean };
  readonly files: StagedLog[];
}

function runsOfOneSource(files: readonly StagedLog[]): readonly SourceRun[] {
  const runs: SourceRun[] = [];
  for (const file of files) {
    const run = runs.at(-1);
    const { source, mixed } = file.source;
    if (run?.given.source === source && run.given.mixed === mixed) run.files.push(file);
    else runs.push({ given: { source, mixed }, files: [file] });
  }
  return runs;
}
