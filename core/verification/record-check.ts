/**
 * The last stage (format §9): what proven records say, read as JSON by our strict reader. Whatever is found here was logged
 * so; it says where tools may show different things, where the clock of the log cannot be relied on, and whether disclosed
 * values are the logged ones.
 */
import { type RecordLine } from "../bundle/record-lines.ts";
import { LOG_RECORD_MEMBER } from "../bundle/log-record.ts";
import { timeOfRecord } from "../bundle/record-source.ts";
import { parseStrictJson, type JsonProblem, type JsonValue } from "../encoding/strict-json.ts";
import { quote } from "../model/problem.ts";
import { formatInstant, instantFromMillis, NANOSECONDS_PER_SECOND, type Instant } from "../model/time.ts";
import { type EvidenceLocation, type VerificationFinding } from "../model/verdict.ts";
import { confusableText } from "./confusable-text.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

/** Clocks of log, witness and time authority differ by seconds; this is no sign of a clock that was set. */
const CLOCK_TOLERANCE_MS = 60_000;
/** Several writers share a log: their records may be a moment out of order. */
const JITTER_NANOSECONDS = NANOSECONDS_PER_SECOND;
/** 128 bits in base64url. */
const MIN_SALT_CHARACTERS = 22;

/** A time at which the first so many records existed already. */
export interface ProvenTime {
  readonly size: number;
  readonly ms: number;
}

/** Reads every line once. `times` are those of stamps and witnesses. */
export async function judgeRecords(
  lines: AsyncIterable<RecordLine>,
  times: readonly ProvenTime[],
): Promise<CheckOutcome> {
  const reader = new RecordReader(times);
  for await (const line of lines) reader.read(line);
  return reader.outcome();
}

/** The first of the records with a property, and how many have it. */
class Flag {
  count = 0;
  #first: VerificationFinding | undefined;

  add(make: () => VerificationFinding): void {
    this.count += 1;
    this.#first ??= make();
  }

  get findings(): readonly VerificationFinding[] {
    if (this.#first === undefined) return [];
    const more = this.count > 1 ? ` The same holds for ${countOf(this.count - 1, "further event")}.` : "";
    return [{ ...this.#first, message: this.#first.message + more }];
  }
}

class RecordReader {
  readonly #times: readonly ProvenTime[];
  readonly #repeated = new Flag();
  readonly #ambiguous = new Flag();
  readonly #confusable = new Flag();
  readonly #backwards = new Flag();
  readonly #late = new Flag();
  #records = 0;
  #withheld = 0;
  #unsalted = 0;
  #before: Instant | null = null;
  #openedBefore: Instant | null = null;

  constructor(times: readonly ProvenTime[]) {
    this.#times = times;
  }

  read(line: RecordLine): void {
    if (line.withheld) {
      this.#withheld += 1;
      return;
    }
    this.#records += 1;
    const { value, problems } = parseStrictJson(line.bytes);
    this.#flagProblems(line, problems);
    if (!isObject(value)) return;
    const text = confusableText(value);
    if (text !== undefined) {
      const message = `Event ${line.index}: ${quote(text)} contains look-alike or invisible characters.`;
      this.#confusable.add(() => finding("confusable-text", "verified", message, placeOf(line)));
    }
    const isOfLog = Object.hasOwn(value, LOG_RECORD_MEMBER);
    const salt = value["salt"];
    if (!isOfLog && (typeof salt !== "string" || salt.length < MIN_SALT_CHARACTERS)) this.#unsalted += 1;
    const time = timeOfRecord(value);
    if (time === null) return;
    if (isOfLog) this.#openedBefore = this.#follow(line, time, this.#openedBefore);
    else this.#before = this.#follow(line, time, this.#before);
    if (!isOfLog) this.#compareWithProof(line, time);
  }

  outcome(): CheckOutcome {
    const findings = [this.#repeated, this.#ambiguous, this.#confusable, this.#backwards, this.#late].flatMap(
      (flag) => flag.findings,
    );
    if (this.#withheld > 0 && this.#unsalted > 0) {
      const message = "Withheld content of this log could be guessed; digests do not hide it.";
      findings.push(finding("withheld-guessable", "verified", message));
    }
    const clock = this.#backwards.count + this.#late.count;
    const note = `${countOf(this.#records, "proven record")} read; times that contradict each other or a proven time count as failed`;
    return { checks: [check("records", this.#records, clock, note)], findings };
  }

  /** T40 and T41. */
  #flagProblems(line: RecordLine, problems: readonly JsonProblem[]): void {
    const repeated = problems.find(({ repeated }) => repeated !== undefined)?.repeated;
    if (repeated !== undefined) {
      const [first, last] = [JSON.stringify(repeated.first), JSON.stringify(repeated.last)];
      const message = `Event ${line.index} has the field ${quote(repeated.name)} twice: ${quote(first)} and ${quote(last)}. Tools may show either.`;
      this.#repeated.add(() => finding("duplicate-field", "verified", message, placeOf(line)));
    }
    const other = problems.find(({ code }) => code !== "duplicate-name");
    if (other === undefined) return;
    const message = `Event ${line.index} cannot be read the same way by all tools; see raw bytes.`;
    this.#ambiguous.add(() =>
      finding("ambiguous-record", "verified", message, placeOf(line), { found: other.message }),
    );
  }

  /** T28. Returns the time that the next one is compared with. */
  #follow(line: RecordLine, time: Instant, before: Instant | null): Instant {
    if (before !== null && before - time > JITTER_NANOSECONDS) {
      const seconds = Number(before - time) / Number(NANOSECONDS_PER_SECOND);
      const message = `Recorded time goes backwards by ${seconds} s at event ${line.index}. Order is proven, clock time is not.`;
      this.#backwards.add(() => finding("time-goes-back", "verified-with-limits", message, placeOf(line)));
    }
    return time;
  }

  /** T29. */
  #compareWithProof(line: RecordLine, time: Instant): void {
    const proven = this.#times.filter(({ size }) => line.index < size).map(({ ms }) => ms);
    const existed = Math.min(...proven);
    if (!Number.isFinite(existed) || time <= instantFromMillis(existed + CLOCK_TOLERANCE_MS)) return;
    const sealed = formatInstant(instantFromMillis(existed));
    const message = `Event ${line.index} claims a time after it was already sealed (${sealed}); the clock was wrong or set.`;
    this.#late.add(() =>
      finding("time-after-seal", "verified-with-limits", message, placeOf(line), { found: formatInstant(time) }),
    );
  }
}

function placeOf({ segment, index, path, line }: RecordLine): EvidenceLocation {
  return { segment, index, file: path, line: line + 1 };
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
