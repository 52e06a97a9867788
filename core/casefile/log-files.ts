import { locateBundle, segmentPaths } from "../bundle/bundle-reader.ts";
import { isDigestFile } from "../bundle/cloudtrail-digest.ts";
import { type Container, type ContainerMember } from "../bundle/container.ts";
import { isDamagedGzip } from "../bundle/gzip-member.ts";
import { isLakeList } from "../bundle/lake-export.ts";
import { listEntryBundles, locateTileLog } from "../bundle/tile-log.ts";
import { type JsonValue } from "../encoding/strict-json.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";
import { jsonl } from "../sources/jsonl.ts";
import { recognise, SOURCES, type Recognition } from "../sources/registry.ts";
import { type Source } from "../sources/source.ts";
import { keptFile, unreadFile, type KeptFile, type LogFile, type Packing } from "./log-file.ts";
import { firstBytes, HEAD_BYTES, isRead, packingOf, readHead } from "./member-head.ts";
import { recogniseFiles, type FileSource, type SampledFile } from "./recognise-files.ts";
import { framingOf, hasUnnamedColumn, sampleOf, sampleOfEntries } from "./sniff-framing.ts";

/** What a container holds that can be imported, and what it holds besides. */
export interface LogFiles {
  /** In evidence order. */
  readonly files: readonly LogFile[];
  readonly recognition: Recognition;
  /** Digests of a CloudTrail export, the signed list of query results: kept and listed, without records. */
  readonly proofFiles: readonly KeptFile[];
  /** Folder of the sealed log inside the container, or undefined when its records are not sealed. */
  readonly bundlePrefix: string | undefined;
  /** Members that were left alone, by reason. */
  readonly notes: ReadonlyMap<string, number>;
}

/** As many files of one log tell its source. */
const SAMPLED_FILES = 16;
const LINES: Framing = { kind: "lines" };

/** A file that may hold records, with the first of them; its head is not kept. */
interface Candidate extends SampledFile {
  readonly member: ContainerMember;
  readonly packing: Packing;
}

/** The source that the examiner chose, and how its mapping says that files are to be read. */
export interface ChosenSource {
  readonly source: Source;
  readonly framing?: Framing | undefined;
}

/**
 * Lists the files of a container that hold records and recognises their source. Throws `no-evidence` (refused) when there
 * are none.
 */
export async function findLogFiles(container: Container, chosen: ChosenSource | undefined): Promise<LogFiles> {
  const bundlePrefix = locateBundle(container);
  if (bundlePrefix !== undefined) return findSegments(container, bundlePrefix, chosen);
  const tilePrefix = locateTileLog(container);
  if (tilePrefix !== undefined) return findEntryBundles(container, tilePrefix, chosen);
  const notes = new Map<string, number>();
  const members = container.members.filter((member) => isProofFile(member.path, "") || !isAside(member.path, notes));
  const isProven = members.some(({ path }) => isProofFile(path, ""));
  const candidates: Candidate[] = [];
  const proofFiles: KeptFile[] = [];
  for (const member of members) {
    const head = await readHead(container, member).catch((error: unknown) => {
      // One damaged file among the files of an export has its own finding.
      if (!isProven || !isDamagedGzip(error)) throw error;
      proofFiles.push(unreadFile(member));
    });
    if (head === undefined) continue;
    if (typeof head === "string") {
      count(notes, "archive-not-opened");
      continue;
    }
    if (isProofFile(member.path, head.text)) {
      proofFiles.push(keptFile(member, head.packing));
      continue;
    }
    const framing = chosen?.framing ?? framingOf(head);
    if (framing && hasUnnamedColumn(head, framing)) count(notes, "column-without-name");
    if (framing) candidates.push({ member, packing: head.packing, framing, sample: sampleOf(head, framing) });
    else count(notes, "file-without-records");
  }
  const found = recogniseFiles(candidates, chosen?.source);
  const files = candidates.flatMap(({ member, packing, framing }, index): readonly LogFile[] => {
    const source = found?.sources[index];
    if (source) return [{ member: member.path, byteLength: member.byteLength, packing, framing, source }];
    count(notes, "file-without-records");
    return [];
  });
  if (!found || files.length === 0) throw noEvidence(container, notes);
  return { files, proofFiles, recognition: found.recognition, bundlePrefix, notes };
}

/** The first file of unsealed evidence that holds records, with the first of them; undefined when there is none. */
export async function firstSample(
  container: Container,
  framing: Framing | undefined,
): Promise<(SampledFile & { readonly member: string }) | undefined> {
  const notes = new Map<string, number>();
  for (const member of container.members) {
    if (isAside(member.path, notes)) continue;
    const head = await readHead(container, member);
    if (typeof head === "string") continue;
    const found = framing ?? framingOf(head);
    if (found) return { member: member.path, framing: found, sample: sampleOf(head, found) };
  }
  return undefined;
}

/** Throws `compression-not-read` (refused) for a segment that is packed in another way; it would be missing without a word. */
async function findSegments(
  container: Container,
  bundlePrefix: string,
  chosen: ChosenSource | undefined,
): Promise<LogFiles> {
  const members = segmentMembers(container, bundlePrefix);
  const packings: Packing[] = [];
  for (const member of members) {
    const packing = await packingOf(container, member);
    if (!isRead(packing)) throw unreadSegment(member.path, packing);
    packings.push(packing);
  }
  const sampleSegment = async (member: ContainerMember): Promise<readonly JsonValue[]> => {
    const head = await readHead(container, member);
    return typeof head === "string" ? [] : sampleOf(head, LINES);
  };
  const log = await recogniseLog(members, sampleSegment, chosen);
  if (!log) throw noEvidence(container);
  const files = members.map(({ path, byteLength }, index): LogFile => {
    return { member: path, byteLength, packing: packings[index] ?? "plain", framing: LINES, source: log.source };
  });
  return { files, proofFiles: [], recognition: log.recognition, bundlePrefix, notes: new Map() };
}

/** The entries of a tiled log, in order of their index. They need not be JSON; those that are not have problems as rows. */
async function findEntryBundles(
  container: Container,
  prefix: string,
  chosen: ChosenSource | undefined,
): Promise<LogFiles> {
  const all = new Map(container.members.map((member) => [member.path, member]));
  const members = (await listEntryBundles(container, prefix)).map(({ path }) =>
    present(all.get(prefix + path), "a listed bundle is a member"),
  );
  const sampleBundle = async ({ path }: ContainerMember): Promise<readonly JsonValue[]> =>
    sampleOfEntries(await firstBytes(container.open(path), HEAD_BYTES));
  const log = await recogniseLog(members, sampleBundle, chosen);
  const source = log?.source ?? { source: jsonl, mixed: false };
  const files = members.map(({ path, byteLength }): LogFile => {
    return { member: path, byteLength, packing: "plain", framing: { kind: "entries" }, source };
  });
  const recognition = log?.recognition ?? recognise(jsonl, []);
  return { files, proofFiles: [], recognition, bundlePrefix: undefined, notes: new Map() };
}

interface RecognisedLog {
  readonly recognition: Recognition;
  readonly source: FileSource;
}

/**
 * The source of the files of one log: all have the same, or each of their records is recognised for itself. A few of them,
 * evenly spread, tell it; only when they do not, all are looked at. Undefined when nothing is a record.
 */
async function recogniseLog(
  members: readonly ContainerMember[],
  sampleOne: (member: ContainerMember) => Promise<readonly JsonValue[]>,
  chosen: ChosenSource | undefined,
): Promise<RecognisedLog | undefined> {
  const recogniseSome = async (some: readonly ContainerMember[]): Promise<RecognisedLog | undefined> => {
    const sample: JsonValue[] = [];
    for (const member of some) sample.push(...(await sampleOne(member)));
    const found = recogniseFiles([{ framing: LINES, sample }], chosen?.source);
    const [source] = found?.sources ?? [];
    return found && source && { recognition: found.recognition, source };
  };
  const step = Math.ceil(members.length / SAMPLED_FILES);
  const told = await recogniseSome(members.filter((_, index) => index % step === 0));
  const isKnown = chosen !== undefined || (told?.source.source.shapes.length ?? 0) > 0;
  return isKnown || step <= 1 ? told : recogniseSome(members);
}

function isProofFile(path: string, head: string): boolean {
  return isDigestFile(path, head) || isLakeList(path);
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

function unreadSegment(path: string, format: string): Problem {
  return new Problem("refused", "compression-not-read", `${quote(path)} is packed in a way that is not read`, {
    file: path,
    expected: "a plain or gzip segment",
    found: format,
  });
}

function noEvidence({ label, members }: Container, notes: ReadonlyMap<string, number> = new Map()): Problem {
  const message = `${quote(label)} holds no records that are recognised: expected JSON lines, {"Records":[…]}, a table or a sealed log, in UTF-8`;
  const packed = notes.get("archive-not-opened") ?? 0;
  const found = `${members.length} ${members.length === 1 ? "file" : "files"} without any`;
  return new Problem("refused", "no-evidence", message, {
    file: label,
    expected: "JSON records",
    found: packed === 0 ? found : `${found}, ${packed} packed in a way that is not opened here`,
  });
}

function count(notes: Map<string, number>, code: string): void {
  notes.set(code, (notes.get(code) ?? 0) + 1);
}
