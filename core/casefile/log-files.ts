import { locateBundle, segmentPaths } from "../bundle/bundle-reader.ts";
import { isDigestFile } from "../bundle/cloudtrail-digest.ts";
import { type Container, type ContainerMember } from "../bundle/container.ts";
import { isDamagedGzip } from "../bundle/gzip-member.ts";
import { isLakeList } from "../bundle/lake-export.ts";
import { formatOf, SNIFF_LENGTH } from "../bundle/sniff.ts";
import { listEntryBundles, locateTileLog } from "../bundle/tile-log.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Framing } from "../sources/framing.ts";
import { jsonl } from "../sources/jsonl.ts";
import { recognise, SOURCES, type Recognition } from "../sources/registry.ts";
import { type Source } from "../sources/source.ts";
import { keptFile, openLogFile, unreadFile, type KeptFile, type LogFile, type Packing } from "./log-file.ts";
import { recogniseFiles, type RecognisedFiles, type SampledFile } from "./recognise-files.ts";
import { framingOf, sampleOf, sampleOfEntries, type FileHead } from "./sniff-framing.ts";

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

/** As much of a file as is looked at to tell how its records lie in it, and what they are. */
const HEAD_BYTES = 256 * 1024;

interface Head extends FileHead {
  readonly member: ContainerMember;
  readonly packing: Packing;
}

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
  const notes = new Map<string, number>();
  const bundlePrefix = locateBundle(container);
  const tilePrefix = bundlePrefix === undefined ? locateTileLog(container) : undefined;
  if (tilePrefix !== undefined) return findEntryBundles(container, tilePrefix, chosen);
  const members =
    bundlePrefix === undefined
      ? container.members.filter((member) => isProofFile(member.path, "") || !isAside(member.path, notes))
      : segmentMembers(container, bundlePrefix);
  const isProven = members.some(({ path }) => isProofFile(path, ""));
  const candidates: Candidate[] = [];
  const proofFiles: KeptFile[] = [];
  for (const member of members) {
    const head = await readHead(container, member, bundlePrefix !== undefined, notes).catch((error: unknown) => {
      // One damaged file among the files of an export has its own finding.
      if (!isProven || !isDamagedGzip(error)) throw error;
      proofFiles.push(unreadFile(member));
    });
    if (!head) continue;
    if (bundlePrefix === undefined && isProofFile(member.path, head.text)) {
      proofFiles.push(keptFile(member, head.packing));
      continue;
    }
    const framing = bundlePrefix === undefined ? (chosen?.framing ?? framingOf(head)) : ({ kind: "lines" } as const);
    if (framing) candidates.push({ member, packing: head.packing, framing, sample: sampleOf(head, framing) });
    else count(notes, "file-without-records");
  }
  const found =
    bundlePrefix === undefined ? recogniseFiles(candidates, chosen?.source) : recogniseSealed(candidates, chosen);
  const files = candidates.flatMap(({ member, packing, framing }, index): readonly LogFile[] => {
    const source = found?.sources[index];
    if (source) return [{ member: member.path, byteLength: member.byteLength, packing, framing, source }];
    count(notes, "file-without-records");
    return [];
  });
  if (!found || files.length === 0) throw noEvidence(container);
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
    const head = await readHead(container, member, false, notes);
    const found = head && (framing ?? framingOf(head));
    if (found) return { member: member.path, framing: found, sample: sampleOf(head, found) };
  }
  return undefined;
}

/** The entries of a tiled log, in order of their index. They need not be JSON; those that are not have problems as rows. */
async function findEntryBundles(
  container: Container,
  prefix: string,
  chosen: ChosenSource | undefined,
): Promise<LogFiles> {
  const members = new Map(container.members.map((member) => [member.path, member]));
  const framing = { kind: "entries" } as const;
  const candidates: Candidate[] = [];
  for (const { path } of await listEntryBundles(container, prefix)) {
    const member = present(members.get(prefix + path), "a listed bundle is a member");
    const sample = sampleOfEntries(await firstBytes(container.open(member.path), HEAD_BYTES));
    candidates.push({ member, packing: "plain", framing, sample });
  }
  const found = recogniseSealed(candidates, chosen);
  const source = found?.sources[0] ?? { source: jsonl, mixed: false };
  const files = candidates.map(({ member, packing }): LogFile => {
    return { member: member.path, byteLength: member.byteLength, packing, framing, source };
  });
  const recognition = found?.recognition ?? recognise(jsonl, []);
  return { files, proofFiles: [], recognition, bundlePrefix: undefined, notes: new Map() };
}

/** The segments of one log are of one source, or each of its records is recognised for itself. */
function recogniseSealed(
  candidates: readonly Candidate[],
  chosen: ChosenSource | undefined,
): RecognisedFiles | undefined {
  const all = { framing: { kind: "lines" }, sample: candidates.flatMap(({ sample }) => sample) } as const;
  const found = recogniseFiles([all], chosen?.source);
  return found && { recognition: found.recognition, sources: candidates.map(() => found.sources[0]) };
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

async function readHead(
  container: Container,
  member: ContainerMember,
  isSegment: boolean,
  notes: Map<string, number>,
): Promise<Head | undefined> {
  const format = formatOf(await firstBytes(container.open(member.path), SNIFF_LENGTH));
  if (format !== "plain" && format !== "gzip" && format !== "zstd") {
    if (isSegment) throw unreadSegment(member.path, format);
    count(notes, "archive-not-opened");
    return undefined;
  }
  const bytes = await firstBytes(
    openLogFile(container, { member: member.path, packing: format }, Infinity),
    HEAD_BYTES,
  );
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { member, packing: format, text, complete: bytes.length < HEAD_BYTES };
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
