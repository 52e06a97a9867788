import { createHash } from "node:crypto";

import { type TableFraming } from "../sources/framing.ts";
import { cellsOf, tableRecord } from "../sources/table.ts";
import { DerivedFile } from "./derived-file.ts";
import { isMappable, MAX_MAPPED_RECORD_BYTES, NO_RECORD } from "./loadable-line.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { leafHashOf } from "./leaf-hash.ts";
import { scanLines, type ScannedLine } from "./scan-lines.ts";
import { type SidecarWriter } from "./sidecar-writer.ts";
import { recordBytes, TableLines } from "./table-lines.ts";

/** Frames and hashes a table, appending its records to the sidecar; each becomes an object of its cells for DuckDB. */
export function frameTable(
  path: string,
  derivedPath: string,
  framing: TableFraming,
  sidecar: SidecarWriter,
): HashedFile {
  const digest = createHash("sha256");
  const suspects: number[] = [];
  let records = 0;
  let byteLength = 0;
  deriveTable(path, derivedPath, framing, {
    onRecord: (lines, bytes, columns) => {
      const [first] = lines;
      if (!first) return;
      const last = lines.at(-1) ?? first;
      const leaf = lines.length === 1 ? first.leaf : leafHashOf(bytes ?? Buffer.alloc(0)).toString("latin1");
      if (bytes && cellsOf(bytes.toString(), framing).length !== columns) suspects.push(records);
      sidecar.append(first.offset, last.offset + last.length - first.offset, leaf);
      records += 1;
    },
    onChunk: (chunk) => {
      digest.update(chunk);
      byteLength += chunk.length;
    },
  });
  return { records, byteLength, sha256: digest.digest("hex"), derived: true, byteOrderMark: false, suspects };
}

interface TableVisitor {
  readonly onRecord: (lines: readonly ScannedLine[], bytes: Buffer | undefined, columns: number) => void;
  readonly onChunk: (chunk: Buffer) => void;
}

/** Writes the NDJSON of a table: one object per record, in order. */
export function deriveTable(path: string, derivedPath: string, framing: TableFraming, visitor?: TableVisitor): void {
  const output = new DerivedFile(derivedPath);
  try {
    const table = new TableLines<ScannedLine>(framing, (lines) => {
      const bytes = recordBytes(lines);
      visitor?.onRecord(lines, bytes, table.columns.length);
      const record = isMappable(bytes) ? tableRecord(bytes, table.columns, framing) : undefined;
      output.line(record === undefined ? NO_RECORD : Buffer.from(JSON.stringify(record)));
    });
    scanLines(path, MAX_MAPPED_RECORD_BYTES, (line) => table.push(line), visitor?.onChunk);
    table.end();
  } finally {
    output.close();
  }
}
