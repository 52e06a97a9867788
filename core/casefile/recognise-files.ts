import { type JsonValue } from "../encoding/strict-json.ts";
import { csv } from "../sources/csv.ts";
import { type Framing } from "../sources/framing.ts";
import { recognise, recogniseSource, sourceOfRecord, type Recognition } from "../sources/registry.ts";
import { type Source } from "../sources/source.ts";
import { hasKnownTime } from "./sniff-framing.ts";

/** A file that holds records, and the first of them. */
export interface SampledFile {
  readonly framing: Framing;
  readonly sample: readonly JsonValue[];
}

/** The source of a file, or of an exhibit. */
export interface FileSource {
  readonly source: Source;
  /** Its records are of several sources: each is to be recognised for itself. */
  readonly mixed: boolean;
}

/** What was recognised in an exhibit: as a whole, and file by file. */
export interface RecognisedFiles {
  readonly recognition: Recognition;
  /** One per file; undefined for a table that is no log as far as anybody knows. */
  readonly sources: readonly (FileSource | undefined)[];
}

const SAMPLED_FILES = 8;
/** Records that must be of the source of the file before to take a file for the same without weighing every source. */
const COMPARED_RECORDS = 4;

/**
 * Recognises the source of every file; a file of no known source is taken for one of the source that most others have.
 * With `chosen` nothing is weighed. Undefined when nothing is a record.
 */
export function recogniseFiles(files: readonly SampledFile[], chosen: Source | undefined): RecognisedFiles | undefined {
  const pooled = files.slice(0, SAMPLED_FILES).flatMap(({ sample }) => sample);
  if (chosen) {
    if (files.length === 0) return undefined;
    const given = { source: chosen, mixed: false };
    return { recognition: recognise(chosen, pooled), sources: files.map(() => given) };
  }
  const found = recogniseEach(files);
  const counts = new Map<Source, number>();
  for (const { source } of found.flatMap((recognition) => recognition ?? [])) {
    if (source.shapes.length > 0) counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  const [first, ...others] = [...counts].sort(([, a], [, b]) => b - a);
  const sources = files.map((file, index) => sourceOfFile(file, found[index], first?.[0]));
  const used = files.filter((_, index) => sources[index] !== undefined).slice(0, SAMPLED_FILES);
  const sample = used.flatMap((file) => file.sample);
  const pool = recogniseSource(sample);
  if (!pool) return undefined;
  if (first && others.length > 0) {
    const reason = `${[first, ...others].map(([{ title }, count]) => `${title}: ${countOf(count)}`).join(", ")}`;
    const own = files.filter((_, index) => found[index]?.source === first[0]).slice(0, SAMPLED_FILES);
    const recognition = recognise(
      first[0],
      own.flatMap((file) => file.sample),
    );
    return { recognition: { ...recognition, reason }, sources };
  }
  const onlyTables = used.every(({ framing }) => framing.kind === "table");
  const recognition = pool.source.shapes.length === 0 && onlyTables ? { ...pool, source: csv } : pool;
  return { recognition, sources };
}

function recogniseEach(files: readonly SampledFile[]): readonly (Recognition | undefined)[] {
  let last: Recognition | undefined;
  return files.map(({ sample }) => {
    const compared = sample.slice(0, COMPARED_RECORDS);
    const isSame = last && !last.mixed && compared.length > 0 && compared.every((record) => isOf(record, last?.source));
    if (!isSame) last = recogniseSource(sample);
    return last;
  });
}

function isOf(record: JsonValue, source: Source | undefined): boolean {
  return source !== undefined && source.shapes.length > 0 && sourceOfRecord(record) === source;
}

function sourceOfFile(
  { framing, sample }: SampledFile,
  found: Recognition | undefined,
  dominant: Source | undefined,
): FileSource | undefined {
  if (found && found.source.shapes.length > 0) return found;
  if (framing.kind === "table") return hasKnownTime(sample) ? { source: csv, mixed: false } : undefined;
  return dominant ? { source: dominant, mixed: false } : found;
}

function countOf(count: number): string {
  return `${count} ${count === 1 ? "file" : "files"}`;
}
