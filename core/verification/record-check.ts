/**
 * The last stage (format §9): what proven records say, read as JSON by our strict reader. Whatever is found here was logged
 * so; it says where tools may show different things, where the clock of the log cannot be relied on, and whether disclosed
 * values are the logged ones.
 */
import { type RecordLine } from "../bundle/record-lines.ts";
import { LOG_RECORD_MEMBER } from "../bundle/log-record.ts";
import { isSalt, SALT_MEMBER } from "../bundle/record-salt.ts";
import { timeOfRecord } from "../bundle/record-time.ts";
import { parseStrictJson, type JsonProblem, type JsonValue } from "../encoding/strict-json.ts";
import { quote } from "../model/problem.ts";
import { confusableText } from "./confusable-text.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";
import { Flag, placeOf, RecordClock, type ProvenTime } from "./record-clock.ts";
import { guessableContent } from "./record-salt.ts";

/** Reads records as JSON, in the order of the log. */
export class RecordReader {
  readonly #repeated = new Flag();
  readonly #ambiguous = new Flag();
  readonly #confusable = new Flag();
  readonly #clock: RecordClock;
  #records = 0;
  #withheld = 0;
  #unsalted = 0;

  constructor(times: readonly ProvenTime[]) {
    this.#clock = new RecordClock(times);
  }

  /** Whether the records of a segment are to be read: all are. */
  needs(): boolean {
    return true;
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
    if (!isOfLog && !isSalt(value[SALT_MEMBER])) this.#unsalted += 1;
    const time = timeOfRecord(value);
    if (time !== null) this.#clock.read(line, time, isOfLog);
  }

  outcome(): CheckOutcome {
    const flags = [this.#repeated, this.#ambiguous, this.#confusable].flatMap((flag) => flag.findings);
    const guessable = this.#withheld > 0 && this.#unsalted > 0 ? [guessableContent()] : [];
    const findings = [...flags, ...this.#clock.findings, ...guessable];
    const note = `${countOf(this.#records, "proven record")} read; times that contradict each other or a proven time count as failed`;
    return { checks: [check("records", this.#records, this.#clock.count, note)], findings };
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
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
