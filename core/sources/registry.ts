import { type JsonValue } from "../encoding/strict-json.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { jsonl } from "./jsonl.ts";
import { ocsf } from "./ocsf.ts";
import { valueAt } from "./value-at.ts";
import { type Source } from "./source.ts";

/** Every source that ships, the fallback last. A new one is a file and a line here. */
export const SOURCES: readonly Source[] = [ocsf, cloudtrail, jsonl];

/** What a fallback scores, so that any source that knows the records wins. */
const FALLBACK_SCORE = 0.1;
/** A source that knows less of the records than this does not know them. */
const MINIMUM_SCORE = 0.5;

/** How well a source fits, from 0 to 1, and why. */
export interface Recognition {
  readonly source: Source;
  readonly score: number;
  readonly reason: string;
}

/** The source that fits a sample of records best; undefined when none of them is a JSON object. */
export function recogniseSource(sample: readonly JsonValue[]): Recognition | undefined {
  const objects = sample.filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  if (objects.length === 0) return undefined;
  let best: Recognition = {
    source: jsonl,
    score: FALLBACK_SCORE,
    reason: `${objects.length} of ${sample.length} sampled records are JSON objects of no known source`,
  };
  for (const source of SOURCES) {
    const recognition = recognise(source, sample);
    if (recognition.score >= MINIMUM_SCORE && recognition.score > best.score) best = recognition;
  }
  return best;
}

/** How well one source fits a sample. */
export function recognise(source: Source, sample: readonly JsonValue[]): Recognition {
  const scores = sample.map((record) =>
    source.marks.reduce((sum, mark) => sum + (hasMark(record, mark) ? mark.weight : 0), 0),
  );
  const full = scores.filter((score) => score > 0.99).length;
  const mean = scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length);
  const names = source.marks.map((mark) => mark.path.join(".")).join(", ");
  return {
    source,
    score: Math.round(mean * 100) / 100,
    reason:
      source.marks.length === 0
        ? "chosen by the examiner"
        : `${full} of ${sample.length} sampled records have ${names}`,
  };
}

/** The source of that name. */
export function sourceNamed(name: string): Source | undefined {
  return SOURCES.find((source) => source.name === name);
}

function hasMark(record: JsonValue, mark: Source["marks"][number]): boolean {
  const value = valueAt(record, mark.path);
  if (value === undefined || value === null) return false;
  if (!mark.pattern) return true;
  return (typeof value === "string" || typeof value === "number") && mark.pattern.test(String(value));
}
