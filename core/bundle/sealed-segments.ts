import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { CompactRange } from "../merkle/compact-range.ts";
import { extendChain } from "../merkle/chain.ts";
import { leafHash } from "../merkle/hash.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { parseCheckpoint } from "../signing/checkpoint.ts";
import { MAX_NOTE_BYTES, parseNote, type Note } from "../signing/note.ts";
import { segmentPaths } from "./bundle-reader.ts";
import { DEFAULT_LIMITS, type Container } from "./container.ts";
import { streamGzipMember } from "./gzip-member.ts";
import { formatCheckpointPath, type SegmentName } from "./layout.ts";
import { parseOpenRecord, parseSealRecord } from "./log-record.ts";
import { type BuiltSegment } from "./segment-builder.ts";
import { MAX_SEGMENT_BYTES } from "./segment-scan.ts";
import { WITHHELD_MARK } from "./withheld-line.ts";

const LINE_FEED = 0x0a;
const OBJECT_MARK = 0x7b;

/** A segment of a log that was sealed before, and the note of the state after it. */
export interface SealedSegment {
  readonly built: BuiltSegment;
  readonly note: Note;
}

/**
 * The segments of a whole sealed log, each compared with its checkpoint, one in memory at a time. Throws `not-whole`
 * (refused) when something is missing, withheld or not what was sealed: such an export is not exported again.
 */
export async function* segmentsOfBundle(
  container: Container,
  prefix: string,
  hash: Hash,
  work: LongWork,
): AsyncGenerator<SealedSegment, void, undefined> {
  const tree = new CompactRange(hash);
  for (const [segment, { path, name }] of segmentPaths(container, prefix).entries()) {
    throwIfCancelled(work.signal);
    if (name.firstIndex !== tree.end) throw notWhole(path, `records from ${tree.end} on`, `from ${name.firstIndex} on`);
    const content = await segmentContent(container, `${prefix}${path}`, path, name);
    const records = recordsOfSegment(content, path);
    const open = parseOpenRecord(records[0] ?? new Uint8Array());
    const seal = parseSealRecord(records.at(-1) ?? new Uint8Array());
    if (open === undefined || seal === undefined) throw notWhole(path, "an open and a seal record", "others");
    let chainAfter = open.chain;
    const leaves = records.map((record) => {
      const leaf = leafHash(hash, record);
      tree.append(leaf);
      chainAfter = extendChain(hash, chainAfter, leaf);
      return leaf;
    });
    const checkpointPath = formatCheckpointPath(tree.end);
    const note = parseNote(await readMember(container, `${prefix}${checkpointPath}`, checkpointPath, MAX_NOTE_BYTES));
    const { size, root } = parseCheckpoint(note.text);
    const rootHash = tree.root();
    if (size !== tree.end || !equalBytes(root, rootHash)) {
      throw notWhole(path, `root ${formatHex(root)}`, formatHex(rootHash));
    }
    const { firstTime, lastTime } = seal;
    const state = { treeSize: tree.end, rootHash, chainBefore: open.chain, chainAfter };
    const times = { openedAt: open.time, firstTime, lastTime };
    const count = records.length;
    const { firstIndex } = name;
    yield {
      built: { segment, firstIndex, count, content, leaves: Buffer.concat(leaves), ...times, ...state },
      note,
    };
  }
}

/** The bytes of a member. Throws `not-whole` when it is missing or longer than `maxBytes`. */
export async function readMember(
  container: Container,
  member: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (!container.members.some((candidate) => candidate.path === member)) throw notWhole(path, "this file", "none");
  return collect(container.open(member), path, maxBytes);
}

async function segmentContent(
  container: Container,
  member: string,
  path: string,
  { encoding }: SegmentName,
): Promise<Uint8Array> {
  const limits = { maxBytes: MAX_SEGMENT_BYTES, maxRatio: (container.limits ?? DEFAULT_LIMITS).maxRatio };
  switch (encoding) {
    case "plain":
      return collect(container.open(member), path, MAX_SEGMENT_BYTES);
    case "gzip":
      return collect(
        streamGzipMember(container.open(member), { path, framing: "strict", ...limits }),
        path,
        MAX_SEGMENT_BYTES,
      );
    case "zstd":
      throw notWhole(path, "a plain or gzip segment", "zstd");
  }
}

async function collect(source: AsyncIterable<Uint8Array>, path: string, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of source) {
    byteLength += chunk.length;
    if (byteLength > maxBytes) throw notWhole(path, `at most ${maxBytes} bytes`, "more");
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function recordsOfSegment(content: Uint8Array, path: string): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let start = 0; start < content.length;) {
    const end = content.indexOf(LINE_FEED, start);
    if (content[start] === WITHHELD_MARK) throw notWhole(path, "records", "a withheld one");
    if (end < 0 || content[start] !== OBJECT_MARK) throw notWhole(path, "records and nothing else", "another line");
    records.push(content.subarray(start, end));
    start = end + 1;
  }
  return records;
}

function notWhole(file: string, expected: string, found: string): Problem {
  const message = `${quote(file)} is not of a whole sealed log, which alone can be exported again: expected ${expected}, found ${found}`;
  return new Problem("refused", "not-whole", message, { file, expected, found });
}
