/**
 * An export of a CloudTrail bucket (docs/formats/cloudtrail-export.md): log files, the digests that name them, and what
 * lies in no bucket: object metadata and public keys. Files are told apart by name or by content, so that flattened and
 * renamed exports can be read; each file is unpacked once, and what is hashed is what is parsed.
 */
import { concatBytes, formatHex } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { isDigestFile, parseDigest, type DigestReading } from "./cloudtrail-digest.ts";
import { DEFAULT_LIMITS, type Container, type ContainerFault, type ContainerMember } from "./container.ts";
import { isDamagedGzip, streamGzipMember, type GzipOutcome } from "./gzip-member.ts";
import { isMetadataFile, parseObjectMetadata, type MetadataReading } from "./object-metadata.ts";
import { formatOf } from "./sniff.ts";
import { readLogFacts, type LogFacts } from "./trail-events.ts";

/** How a file was packed, and whether that was in order. */
export interface Packing extends GzipOutcome {
  /** Why the file could not be unpacked; null when it could. */
  readonly fault: Problem | null;
}

export interface DigestFile {
  readonly path: string;
  /** Of the unpacked content, hex; empty when there is none. */
  readonly sha256: string;
  readonly packing: Packing;
  readonly reading: DigestReading;
}

/** A file that may hold events. */
export interface LogCandidate {
  readonly path: string;
  readonly sha256: string;
  readonly packing: Packing;
  /** Null for a file that is no `{"Records":[…]}`. */
  readonly facts: LogFacts | null;
}

/** Everything that verification needs of an export. */
export interface CloudTrailExport {
  readonly label: string;
  readonly digests: readonly DigestFile[];
  readonly logs: readonly LogCandidate[];
  readonly metadata: MetadataReading;
  readonly keyFiles: readonly { readonly path: string; readonly content: Uint8Array }[];
  readonly containerFaults: readonly ContainerFault[];
}

/** A log file of CloudTrail ends near 50 MB; one JSON document is read in memory up to here, as an import does. */
const MAX_DOCUMENT_BYTES = 2 ** 30;
/** As much of a file as shows what it is. */
const HEAD_BYTES = 4_096;
const INTACT: Packing = { fault: null, trailingBytes: 0, trailerDamaged: false };

/** Whether a container holds digests: any file is one by its name, or by how it begins. */
export async function holdsDigests(container: Container): Promise<boolean> {
  if (container.members.some(({ path }) => isDigestFile(path, ""))) return true;
  for (const member of container.members) {
    if (isDigestFile(member.path, await headOf(container, member))) return true;
  }
  return false;
}

/** Reads a whole export, one file after the other. Throws the container's problems; damaged files are data. */
export async function readCloudTrailExport(
  container: Container,
  hash: Hash,
  work: LongWork = {},
): Promise<CloudTrailExport> {
  const bytesTotal = container.members.reduce((total, { byteLength }) => total + byteLength, 0);
  const digests: DigestFile[] = [];
  const logs: LogCandidate[] = [];
  const keyFiles: { path: string; content: Uint8Array }[] = [];
  const metadata: MetadataReading[] = [];
  let bytesDone = 0;
  let records = 0;
  for (const member of container.members) {
    throwIfCancelled(work.signal);
    const { path } = member;
    const { content, packing } = await readMember(container, member);
    const head = textOf(content.subarray(0, HEAD_BYTES));
    const sha256 = packing.fault === null ? formatHex(hash(content)) : "";
    if (isPublicKeyFile(path)) keyFiles.push({ path, content });
    else if (isMetadataFile(path)) metadata.push(parseObjectMetadata(path, textOf(content)));
    else if (isDigestFile(path, head)) digests.push({ path, sha256, packing, reading: readingOf(content, packing) });
    else if (isLogCandidate(path, head, packing)) {
      const facts = readLogFacts(path, content);
      records += facts?.records ?? 0;
      logs.push({ path, sha256, packing, facts });
    }
    bytesDone += member.byteLength;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records });
  }
  return {
    label: container.label,
    digests,
    logs,
    metadata: {
      entries: metadata.flatMap(({ entries }) => entries),
      faults: metadata.flatMap(({ faults }) => faults),
    },
    keyFiles,
    containerFaults: container.faults(),
  };
}

function readingOf(content: Uint8Array, { fault, trailingBytes }: Packing): DigestReading {
  if (fault !== null) return { kind: "malformed", reason: fault.message };
  if (trailingBytes > 0) return { kind: "malformed", reason: `${trailingBytes} bytes follow the compressed digest` };
  return parseDigest(content);
}

/** Whether a file lists public keys of CloudTrail, by its name. */
export function isPublicKeyFile(path: string): boolean {
  return /(^|\/)public-keys(\.[^/]*)?\.json$/.test(path);
}

/** The names beside which an export's logs lie, which hold no events. */
function isLogCandidate(path: string, head: string, { fault }: Packing): boolean {
  if (/(^|\/)(trails|collection)\.json$/.test(path)) return false;
  return fault !== null ? /\.json(\.gz)?$/.test(path) : /^\ufeff?\s*[{[]/.test(head);
}

async function headOf(container: Container, { path }: ContainerMember): Promise<string> {
  const { chunks } = unpack(container, path);
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk.slice(0, HEAD_BYTES));
      byteLength += chunk.length;
      if (byteLength >= HEAD_BYTES) break;
    }
  } catch (error) {
    if (!isDamagedGzip(error)) throw error;
  }
  return textOf(concatBytes(...parts));
}

/** The content of a file, or as much of it as could be unpacked. */
async function readMember(
  container: Container,
  { path }: ContainerMember,
): Promise<{ readonly content: Uint8Array; readonly packing: Packing }> {
  const { chunks, packing } = unpack(container, path);
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  try {
    for await (const chunk of chunks) {
      byteLength += chunk.length;
      if (byteLength > MAX_DOCUMENT_BYTES) throw tooLarge(path);
      parts.push(chunk);
    }
  } catch (error) {
    if (!isDamagedGzip(error)) throw error;
    return { content: concatBytes(...parts), packing: { ...INTACT, fault: error } };
  }
  return { content: concatBytes(...parts), packing: packing() };
}

function unpack(
  container: Container,
  path: string,
): { readonly chunks: AsyncIterable<Uint8Array>; readonly packing: () => Packing } {
  let outcome: GzipOutcome = INTACT;
  const { maxRatio } = container.limits ?? DEFAULT_LIMITS;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const packed = container.open(path)[Symbol.asyncIterator]();
    const first = await packed.next();
    if (first.done === true) return;
    const whole = startingWith(first.value, packed);
    if (formatOf(first.value) !== "gzip") yield* whole;
    else {
      const options = { path, framing: "lenient", maxBytes: MAX_DOCUMENT_BYTES, maxRatio } as const;
      yield* streamGzipMember(whole, options, (end) => (outcome = end));
    }
  }
  return { chunks: chunks(), packing: () => ({ fault: null, ...outcome }) };
}

async function* startingWith(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function tooLarge(path: string): Problem {
  return new Problem("refused", "document-too-large", `${quote(path)} is longer than a log file that is read`, {
    file: path,
    expected: `at most ${MAX_DOCUMENT_BYTES} bytes`,
    found: "more",
  });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
