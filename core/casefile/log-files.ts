import { locateBundle, segmentPaths } from "../bundle/bundle-reader.ts";
import { DEFAULT_LIMITS, type Container, type ContainerMember } from "../bundle/container.ts";
import { streamGzipMember, type GzipOutcome } from "../bundle/gzip-member.ts";
import { formatOf, SNIFF_LENGTH } from "../bundle/sniff.ts";
import { frameJsonArray } from "../encoding/json-array.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { recognise, recogniseSource, sourceNamed, SOURCES, type Recognition } from "../sources/registry.ts";
import { type Framing } from "./hash-protocol.ts";

/** One file of the evidence that holds records. */
export interface LogFile {
  /** Name of the member in the container. */
  readonly member: string;
  /** Bytes as packed: what reading it costs. */
  readonly byteLength: number;
  readonly gzip: boolean;
  readonly framing: Framing;
}

/** What a container holds that can be imported, and what it holds besides. */
export interface LogFiles {
  /** In evidence order. */
  readonly files: readonly LogFile[];
  readonly recognition: Recognition;
  /** Folder of the sealed log inside the container, or undefined when its records are not sealed. */
  readonly bundlePrefix: string | undefined;
  /** Members that were left alone, by reason. */
  readonly notes: ReadonlyMap<string, number>;
}

/** As much of a file as is looked at to tell how its records lie in it, and what they are. */
const HEAD_BYTES = 256 * 1024;
const SAMPLED_FILES = 8;
const SAMPLED_RECORDS = 64;
const BYTE_ORDER_MARK = "\ufeff";

interface Head {
  readonly member: ContainerMember;
  readonly gzip: boolean;
  readonly text: string;
  /** The head is the whole file. */
  readonly complete: boolean;
}

/**
 * Lists the files of a container that hold records and recognises their source. Throws `no-evidence` (refused) when there
 * are none, `no-such-source` (usage) for a name that is none.
 */
export async function findLogFiles(container: Container, sourceName: string | undefined): Promise<LogFiles> {
  const notes = new Map<string, number>();
  const bundlePrefix = locateBundle(container);
  const members =
    bundlePrefix === undefined
      ? container.members.filter((member) => !isAside(member.path, notes))
      : segmentMembers(container, bundlePrefix);
  const heads: Head[] = [];
  for (const member of members) {
    const head = await readHead(container, member, bundlePrefix !== undefined, notes);
    if (head) heads.push(head);
  }
  const sample = heads.slice(0, SAMPLED_FILES).flatMap((head) => sampleOf(head));
  const recognition = recogniseAs(sourceName, sample.slice(0, SAMPLED_FILES * SAMPLED_RECORDS));
  if (!recognition || heads.length === 0) throw noEvidence(container);
  const files = heads.map(({ member, gzip, text, complete }) => ({
    member: member.path,
    byteLength: member.byteLength,
    gzip,
    framing: bundlePrefix === undefined ? framingOf(text, complete) : ({ kind: "lines" } as const),
  }));
  return { files, recognition, bundlePrefix, notes };
}

/** The decompressed bytes of a log file. Bytes behind the first gzip member are told in `onEnd`, never joined. */
export function openLogFile(
  container: Container,
  file: Pick<LogFile, "member" | "gzip">,
  maxBytes: number,
  onEnd?: (outcome: GzipOutcome) => void,
): AsyncIterable<Uint8Array> {
  const packed = container.open(file.member);
  if (!file.gzip) return packed;
  const { maxRatio } = DEFAULT_LIMITS;
  return streamGzipMember(packed, { path: file.member, framing: "lenient", maxBytes, maxRatio }, onEnd);
}

function segmentMembers(container: Container, prefix: string): readonly ContainerMember[] {
  const members = new Map(container.members.map((member) => [member.path, member]));
  return segmentPaths(container, prefix).flatMap(({ path }) => members.get(prefix + path) ?? []);
}

function isAside(path: string, notes: Map<string, number>): boolean {
  const aside = SOURCES.some((source) => source.aside.some((part) => `/${path}`.includes(part)));
  if (aside) count(notes, "accompanying-file");
  return aside;
}

async function readHead(
  container: Container,
  member: ContainerMember,
  isSegment: boolean,
  notes: Map<string, number>,
): Promise<Head | undefined> {
  const format = formatOf(await firstBytes(container.open(member.path), SNIFF_LENGTH));
  if (format !== "plain" && format !== "gzip") {
    if (isSegment) throw unreadSegment(member.path, format);
    count(notes, format === "zstd" ? "compression-not-read" : "archive-not-opened");
    return undefined;
  }
  const gzip = format === "gzip";
  const bytes = await firstBytes(
    openLogFile(container, { member: member.path, gzip }, DEFAULT_LIMITS.maxTotalBytes),
    HEAD_BYTES,
  );
  const text = new TextDecoder().decode(bytes);
  // A record begins with `{`, a document with `{` or `[`, a withheld record of a sealed log with `~`.
  if (!isSegment && !/^\s*[{[~]/.test(text)) {
    count(notes, "file-without-records");
    return undefined;
  }
  return { member, gzip, text, complete: bytes.length < HEAD_BYTES };
}

async function firstBytes(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of source) {
    parts.push(chunk.slice(0, limit - byteLength));
    byteLength += chunk.length;
    if (byteLength >= limit) break;
  }
  return concatBytes(...parts);
}

function framingOf(head: string, complete: boolean): Framing {
  const text = head.startsWith(BYTE_ORDER_MARK) ? head.slice(1) : head;
  if (/^\s*\[/.test(text)) return { kind: "array", name: null };
  const named = SOURCES.flatMap((source) => source.arrays).find((name) => beginsWithArray(text, name));
  if (named !== undefined) return { kind: "array", name: named };
  const lineEnd = text.search(/[\r\n]/);
  const firstLine = lineEnd < 0 ? text : text.slice(0, lineEnd);
  const isWholeRecord = parse(firstLine) !== undefined;
  const isWholeDocument = complete && !isWholeRecord && parse(text.trim()) !== undefined;
  return isWholeDocument ? { kind: "document" } : { kind: "lines" };
}

/** `{"Records":[`, with the array as first member or, when the head shows the whole document, as any. */
function beginsWithArray(text: string, name: string): boolean {
  const rest = /^\s*\{\s*"/.exec(text);
  if (rest && text.startsWith(`${name}"`, rest[0].length)) {
    return /^"\s*:\s*\[/.test(text.slice(rest[0].length + name.length, rest[0].length + name.length + 64));
  }
  const value = parse(text.trim());
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Array.isArray(Object.entries(value).find(([key]) => key === name)?.[1])
  );
}

function sampleOf({ text, complete }: Head): readonly JsonValue[] {
  const framing = framingOf(text, complete);
  if (framing.kind === "document") return values([text.trim()]);
  if (framing.kind === "lines") {
    return values(text.split("\n", SAMPLED_RECORDS).filter((line) => !line.startsWith('{"_log"')));
  }
  const bytes = new TextEncoder().encode(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  const { members } = frameJsonArray(bytes, framing.name);
  return members
    .slice(0, SAMPLED_RECORDS)
    .flatMap(({ start, end }) => parseStrictJson(bytes.subarray(start, end)).value ?? []);
}

function values(texts: readonly string[]): readonly JsonValue[] {
  return texts.flatMap((text) => {
    const value = parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
    return value === undefined ? [] : [value];
  });
}

function parse(text: string): JsonValue | undefined {
  return parseStrictJson(new TextEncoder().encode(text)).value;
}

function recogniseAs(name: string | undefined, sample: readonly JsonValue[]): Recognition | undefined {
  if (name === undefined) return recogniseSource(sample);
  const source = sourceNamed(name);
  if (source) return recognise(source, sample);
  throw new Problem(
    "usage",
    "no-such-source",
    `--source expected one of ${SOURCES.map((known) => known.name).join(", ")}, got ${quote(name)}`,
  );
}

/** A segment that is not read would be missing without a word. */
function unreadSegment(path: string, format: string): Problem {
  return new Problem("refused", "compression-not-read", `${quote(path)} is packed in a way that is not read`, {
    file: path,
    expected: "a plain or gzip segment",
    found: format,
  });
}

function noEvidence(container: Container): Problem {
  return new Problem(
    "refused",
    "no-evidence",
    `${quote(container.label)} holds no records that are recognised: expected JSON lines, {"Records":[…]} or a sealed log`,
    {
      file: container.label,
      expected: "JSON records",
      found: `${container.members.length} ${container.members.length === 1 ? "file" : "files"} without any`,
    },
  );
}

function count(notes: Map<string, number>, code: string): void {
  notes.set(code, (notes.get(code) ?? 0) + 1);
}
