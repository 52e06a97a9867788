/** Query results of AWS CloudTrail Lake as they are saved: CSV files, and beside them the signed list of their digests. */
import { z } from "zod";

import { concatBytes, formatHex, parseHex } from "../encoding/bytes.ts";
import { endsInsideQuotes } from "../encoding/csv.ts";
import { linesOf } from "../encoding/ndjson.ts";
import { parseStrictJson } from "../encoding/strict-json.ts";
import { type Hash } from "../model/digest.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type Instant, parseInstant } from "../model/time.ts";
import { isPublicKeyFile } from "./cloudtrail-export.ts";
import { SIGNATURE_ALGORITHM } from "./cloudtrail-digest.ts";
import { DEFAULT_LIMITS, type Container, type ContainerLimits } from "./container.ts";
import { isDamagedGzip, streamGzipMember } from "./gzip-member.ts";

/** What the signed list says. */
export type LakeSign =
  | {
      readonly kind: "sign";
      readonly region: string;
      readonly fingerprint: string;
      readonly signature: Uint8Array;
      /** When the query ended; it is not signed, and null where it is no time. */
      readonly completedAt: Instant | null;
      readonly files: readonly { readonly name: string; readonly sha256: string }[];
    }
  /** By an algorithm that is not accepted. */
  | { readonly kind: "algorithm"; readonly algorithm: string }
  | { readonly kind: "malformed"; readonly reason: string };

/** A result file. */
export interface LakeFile {
  readonly path: string;
  /** Of the file as it is stored, hex. */
  readonly sha256: string;
  /** As far as the file can be unpacked. */
  readonly records: number;
}

export interface LakeExport {
  readonly signPath: string;
  readonly sign: LakeSign;
  readonly files: readonly LakeFile[];
  readonly keyFiles: readonly { readonly path: string; readonly content: Uint8Array }[];
}

const SIGN_NAME = /(?:^|\/)result_sign\.json$/;
const RESULT_NAME = /(?:^|\/)result_\d+\.csv(?:\.gz)?$/;
/** A result file holds at most some hundred megabytes; the list is short. */
const MAX_FILE_BYTES = 2 ** 30;
/** An event is at most 256 KB. */
const MAX_LINE_BYTES = 16 * 2 ** 20;
const NUMBER_SIGN = 0x23;

const HASH_ALGORITHM = "SHA-256";

const algorithmSchema = z.looseObject({ hashAlgorithm: z.string(), signatureAlgorithm: z.string() });
const signSchema = algorithmSchema.extend({
  region: z.string().max(64),
  files: z.array(z.looseObject({ fileName: z.string().max(255), fileHashValue: z.string().regex(/^[0-9a-f]{64}$/) })),
  hashSignature: z.string().regex(/^(?:[0-9a-f]{2})+$/),
  publicKeyFingerprint: z.string().max(128),
  queryCompleteTime: z.string().max(64).optional(),
});

/** Whether a file is the signed list of query results, by its name. */
export function isLakeList(path: string): boolean {
  return SIGN_NAME.test(path);
}

/** Reads the results in a container; undefined when there is no signed list among its files. */
export async function readLakeExport(
  container: Container,
  hash: Hash,
  work: LongWork = {},
): Promise<LakeExport | undefined> {
  const signPath = container.members.find(({ path }) => isLakeList(path))?.path;
  if (signPath === undefined) return undefined;
  const files: LakeFile[] = [];
  const keyFiles: { path: string; content: Uint8Array }[] = [];
  const bytesTotal = container.members.reduce((total, { byteLength }) => total + byteLength, 0);
  let bytesDone = 0;
  for (const { path, byteLength } of container.members) {
    throwIfCancelled(work.signal);
    if (RESULT_NAME.test(path)) {
      const stored = await readStored(container, path);
      files.push({ path, sha256: formatHex(hash(stored)), records: await countRows(path, stored, container.limits) });
    } else if (isPublicKeyFile(path)) keyFiles.push({ path, content: await readStored(container, path) });
    bytesDone += byteLength;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records: 0 });
  }
  return { signPath, sign: parseSign(await readStored(container, signPath)), files, keyFiles };
}

/** Reads the signed list. Total: whatever is wrong is part of the answer. */
function parseSign(content: Uint8Array): LakeSign {
  const { value, problems } = parseStrictJson(content);
  const [problem] = problems;
  const foreign = foreignAlgorithmOf(algorithmSchema.safeParse(value).data);
  if (foreign !== undefined && !problem) return { kind: "algorithm", algorithm: foreign };
  const parsed = signSchema.safeParse(value);
  const signature = parsed.success ? parseHex(parsed.data.hashSignature) : undefined;
  if (!parsed.success || !signature || problem) {
    return { kind: "malformed", reason: problem?.message ?? "expected the list of CloudTrail Lake with its signature" };
  }
  const { region, publicKeyFingerprint: fingerprint, files, queryCompleteTime } = parsed.data;
  const completedAt = parseInstant(queryCompleteTime ?? "") ?? null;
  const listed = files.map(({ fileName: name, fileHashValue: sha256 }) => ({ name, sha256 }));
  return { kind: "sign", region, fingerprint, signature, completedAt, files: listed };
}

/** The first algorithm that is not accepted; undefined for a list that names none. */
function foreignAlgorithmOf(stated: z.infer<typeof algorithmSchema> | undefined): string | undefined {
  if (stated === undefined) return undefined;
  if (stated.hashAlgorithm !== HASH_ALGORITHM) return stated.hashAlgorithm;
  return stated.signatureAlgorithm === SIGNATURE_ALGORITHM ? undefined : stated.signatureAlgorithm;
}

async function readStored(container: Container, path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of container.open(path)) {
    byteLength += chunk.length;
    // A longer file is read no further, and its digest then fits nothing.
    if (byteLength > MAX_FILE_BYTES) break;
    parts.push(chunk);
  }
  return concatBytes(...parts);
}

/** Records below the comments and the line of column names; a cell in quotes may hold line feeds. */
async function countRows(path: string, stored: Uint8Array, limits = DEFAULT_LIMITS): Promise<number> {
  let records = 0;
  let named = false;
  let inside = false;
  try {
    for await (const { bytes } of linesOf(contentOf(path, stored, limits), MAX_LINE_BYTES)) {
      if (!named && bytes[0] === NUMBER_SIGN) continue;
      inside = endsInsideQuotes(bytes, ",", inside);
      if (inside) continue;
      if (named) records += 1;
      named = true;
    }
  } catch (error) {
    if (!isDamagedGzip(error)) throw error;
  }
  return records;
}

async function* contentOf(path: string, stored: Uint8Array, { maxRatio }: ContainerLimits): AsyncGenerator<Uint8Array> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(stored);
  }
  if (!path.endsWith(".gz")) yield* source();
  else yield* streamGzipMember(source(), { path, framing: "lenient", maxBytes: MAX_FILE_BYTES, maxRatio });
}
