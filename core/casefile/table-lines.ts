import { endsInsideQuotes } from "../encoding/csv.ts";
import { type TableFraming } from "../sources/framing.ts";
import { columnsIn } from "../sources/table.ts";

const LINE_FEED = Buffer.from("\n");
const COMMENT = 0x23;
/** A quoted cell that goes on for more is taken for a stray quote: its lines are records of their own. */
const MAX_HELD_BYTES = 1024 * 1024;
/** A line of column names that is longer names none. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A line of a table. Its bytes may be a view that is valid during the call; a line over the limit has none. */
export interface TableLine {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Buffer | undefined;
}

/**
 * Puts the lines of a table together to records: mostly one line is one, a quoted cell with line feeds makes it several.
 * Lines of column names and comments are none.
 */
export class TableLines<Line extends TableLine> {
  readonly #framing: TableFraming;
  readonly #onRecord: (lines: readonly Line[]) => void;
  #columns: readonly string[] | undefined;
  #held: Line[] = [];
  #heldBytes = 0;

  constructor(framing: TableFraming, onRecord: (lines: readonly Line[]) => void) {
    this.#framing = framing;
    this.#onRecord = onRecord;
  }

  /** Names of the columns; none before the line that gives them. */
  get columns(): readonly string[] {
    return this.#columns ?? [];
  }

  push(line: Line): void {
    if (this.#isHeader(line)) return;
    const { bytes } = line;
    if (bytes === undefined) {
      this.#release();
      this.#onRecord([line]);
      return;
    }
    const inside =
      this.#framing.form !== "zeek" && endsInsideQuotes(bytes, this.#framing.delimiter, this.#held.length > 0);
    if (!inside && this.#held.length === 0) {
      this.#onRecord([line]);
      return;
    }
    this.#held.push({ ...line, bytes: Buffer.from(bytes) });
    this.#heldBytes += bytes.length;
    if (!inside) this.#finish();
    else if (this.#heldBytes > MAX_HELD_BYTES) this.#release();
  }

  /** The table ends here: a cell that is still open was a stray quote. */
  end(): void {
    this.#release();
  }

  #isHeader({ bytes }: Line): boolean {
    if (this.#framing.form === "zeek") {
      if (bytes?.[0] !== COMMENT) return false;
      this.#columns = columnsIn(bytes.toString(), this.#framing) ?? this.#columns;
      return true;
    }
    if (this.#columns) return false;
    if (this.#framing.form === "lake" && bytes?.[0] === COMMENT) return true;
    this.#columns = bytes && bytes.length <= MAX_HEADER_BYTES ? columnsIn(bytes.toString(), this.#framing) : [];
    return true;
  }

  #finish(): void {
    const lines = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#onRecord(lines);
  }

  #release(): void {
    const lines = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const line of lines) this.#onRecord([line]);
  }
}

/** The bytes of a record with the line feeds between its lines; undefined for a line over the limit. */
export function recordBytes(lines: readonly TableLine[]): Buffer | undefined {
  const [first] = lines;
  if (!first || lines.length === 1) return first?.bytes;
  return Buffer.concat(lines.flatMap(({ bytes }, index) => [...(index > 0 ? [LINE_FEED] : []), bytes ?? LINE_FEED]));
}
