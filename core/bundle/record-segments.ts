import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { recordsOf, SALT_BYTES, type SealInput } from "./record-source.ts";
import { SegmentBuilder, type BuiltSegment, type LogMeans } from "./segment-builder.ts";

/** Kept free for the record that seals the segment. */
const SEAL_RECORD_BYTES = 1_024;

export interface RecordsToSeal extends LogMeans {
  readonly inputs: readonly SealInput[];
  /** A segment is closed before it grows beyond this; each input begins one. */
  readonly segmentBytes: number;
  /** Give records without a `salt` member one. */
  readonly addSalt: boolean;
}

/** A segment, and the input that ended with it. */
export interface NewSegment {
  readonly built: BuiltSegment;
  /** Position of the input; null when the input goes on in the next segment. */
  readonly endsInput: number | null;
}

/** The inputs' records in segments of a new log, one in memory at a time. Throws `bad-record` and `no-records`. */
export async function* segmentsOfRecords(
  options: RecordsToSeal,
  work: LongWork,
): AsyncGenerator<NewSegment, void, undefined> {
  const { inputs, segmentBytes, addSalt, random } = options;
  const log = new SegmentBuilder(options);
  const report = progressOf(inputs, work);
  for (const [position, input] of inputs.entries()) {
    log.open();
    let records = 0;
    for await (const record of recordsOf(input, addSalt ? () => random(SALT_BYTES) : undefined)) {
      throwIfCancelled(work.signal);
      if (records > 0 && log.byteLength + record.bytes.length + SEAL_RECORD_BYTES > segmentBytes) {
        yield { built: log.seal(), endsInput: null };
        log.open();
      }
      log.append(record);
      records += 1;
      report(record.bytes.length + 1);
    }
    if (records === 0) {
      throw new Problem("refused", "no-records", `${quote(input.name)} has no records to seal`, {
        file: input.name,
        expected: "at least one line",
        found: "an empty file",
      });
    }
    yield { built: log.seal(), endsInput: position };
  }
}

/** Reports at most every 64 KiB, so that the bar costs nothing. */
function progressOf(inputs: readonly SealInput[], work: LongWork): (byteLength: number) => void {
  const lengths = inputs.map(({ byteLength }) => byteLength);
  const total = lengths.includes(undefined)
    ? undefined
    : lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  let done = 0;
  let shown = 0;
  let records = 0;
  return (byteLength) => {
    done += byteLength;
    records += 1;
    if (done - shown < 65_536) return;
    shown = done;
    work.onProgress?.({ phase: "sealing", bytesDone: done, bytesTotal: total, records });
  };
}
