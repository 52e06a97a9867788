import { join } from "node:path";

import { present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { exhibitFolder, type CaseFolder } from "./case-folder.ts";
import { parseExhibitLabel, type EvidenceFile } from "./exhibit-table.ts";
import { openSidecar, type Sidecar, type SidecarEntry } from "./sidecar.ts";

/** Where a record lies: in which exhibit and file, and at which bytes of the working copy. */
export interface RecordLocation extends SidecarEntry {
  readonly seq: number;
  /** Exhibit id, such as "X-1". */
  readonly exhibit: string;
  /** Path of the file as the exhibit names it, and its position in the exhibit. */
  readonly file: string;
  readonly fileNumber: number;
  /** Row in the exhibit from 0: the leaf index where the proof has leaves. */
  readonly row: number;
  /** Number of the record in the file, from 1; where a record is a line, that of the line. */
  readonly line: number;
  /** Absolute path of the working copy. */
  readonly stagedPath: string;
}

/** Rows that one read of a sidecar takes at most: 176 KiB. */
const MAX_RUN = 4_096;
/** Rows between two wanted ones that cost less to read than a second read would. */
const MAX_SKIPPED = 256;

/**
 * Finds records by their seq. Exhibits follow each other without a hole and so do the rows of their files, hence the
 * first seqs of all files are one ascending list.
 */
export class RecordLocator {
  readonly #folder: CaseFolder;
  readonly #sidecars = new Map<number, Promise<Sidecar>>();
  #exhibits: ReadonlyMap<number, Exhibit> = new Map();
  #files: readonly EvidenceFile[] = [];
  #firstSeqs: readonly number[] = [];
  #stagedPaths: ReadonlyMap<EvidenceFile, string> = new Map();
  #events = 0;

  constructor(folder: CaseFolder, exhibits: readonly Exhibit[], files: readonly EvidenceFile[]) {
    this.#folder = folder;
    this.refresh(exhibits, files);
  }

  /** Takes the exhibits and files of the case anew after an import. */
  refresh(exhibits: readonly Exhibit[], files: readonly EvidenceFile[]): void {
    this.#exhibits = new Map(exhibits.map((exhibit) => [exhibitNumber(exhibit.id), exhibit]));
    this.#files = files;
    this.#firstSeqs = files.map((file) => this.#exhibitOf(file).firstSeq + file.firstRow);
    this.#stagedPaths = new Map(
      files.map((file) => [file, join(this.#folder.root, ...file.stagedPath.split("/"))] as const),
    );
    const last = exhibits.at(-1);
    this.#events = last ? last.firstSeq + last.records : 0;
  }

  /** Where these records lie, in the order asked. Neighbours are read together. Throws `no-such-event` (usage). */
  async locate(seqs: readonly number[]): Promise<readonly RecordLocation[]> {
    const found = new Map<number, RecordLocation>();
    for (const run of runsOf(seqs.map((seq) => this.#placeOf(seq)))) {
      const [first] = run;
      const last = run.at(-1);
      if (!first || !last) continue;
      const sidecar = await this.sidecar(first.file.exhibit);
      const entries = await sidecar.entries(first.row, last.row - first.row + 1);
      for (const place of run) {
        found.set(
          place.seq,
          this.#locationOf(place, present(entries[place.row - first.row], "every row of a run is read")),
        );
      }
    }
    return seqs.map((seq) => present(found.get(seq), "every place is in a run"));
  }

  /** The open sidecar of an exhibit, by its number. */
  sidecar(exhibit: number): Promise<Sidecar> {
    const known = this.#sidecars.get(exhibit);
    if (known) return known;
    const opened = openSidecar(join(exhibitFolder(this.#folder, exhibit), "records.idx"));
    this.#sidecars.set(exhibit, opened);
    opened.catch(() => this.#sidecars.delete(exhibit));
    return opened;
  }

  async close(): Promise<void> {
    for (const sidecar of this.#sidecars.values()) await (await sidecar).close();
    this.#sidecars.clear();
  }

  #placeOf(seq: number): Place {
    if (!Number.isInteger(seq) || seq < 0 || seq >= this.#events) {
      const range = this.#events === 0 ? "but the case has no events" : `expected 0 to ${this.#events - 1}`;
      throw new Problem("usage", "no-such-event", `reading event ${seq}: ${range}`);
    }
    // The last file that begins at or before the event: files without records begin where the next one does.
    const file = present(this.#files[lastAtOrBefore(this.#firstSeqs, seq)], "every event belongs to a file");
    return { seq, file, row: seq - this.#exhibitOf(file).firstSeq };
  }

  #locationOf({ seq, file, row }: Place, entry: SidecarEntry): RecordLocation {
    return {
      seq,
      exhibit: this.#exhibitOf(file).id,
      file: file.path,
      fileNumber: file.file,
      row,
      line: row - file.firstRow + 1,
      ...entry,
      stagedPath: present(this.#stagedPaths.get(file), "every file has a working copy"),
    };
  }

  #exhibitOf(file: EvidenceFile): Exhibit {
    return present(this.#exhibits.get(file.exhibit), "every file belongs to an exhibit");
  }
}

interface Place {
  readonly seq: number;
  readonly file: EvidenceFile;
  readonly row: number;
}

/** Places by row, cut where the exhibit changes, where many rows lie between two, or where a read would grow too long. */
function runsOf(places: readonly Place[]): readonly (readonly Place[])[] {
  const runs: Place[][] = [];
  let run: Place[] = [];
  for (const place of places.toSorted((a, b) => a.seq - b.seq)) {
    const [first] = run;
    const last = run.at(-1);
    const joins =
      first?.file.exhibit === place.file.exhibit &&
      last !== undefined &&
      place.row - last.row <= MAX_SKIPPED &&
      place.row - first.row < MAX_RUN;
    if (joins) run.push(place);
    else runs.push((run = [place]));
  }
  return runs;
}

/** Position of the last number that is at most `value`, in an ascending list; -1 when all are greater. */
function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The number in "X-1". Precondition: an exhibit id. */
export function exhibitNumber(label: string): number {
  return present(parseExhibitLabel(label), `not an exhibit id: ${JSON.stringify(label)}`);
}
