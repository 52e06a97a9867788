/**
 * A digest file of AWS CloudTrail: one JSON object that names the log files delivered in one hour with their SHA-256, and
 * the digest before it with its SHA-256 and its signature (CloudTrail user guide, "digest file structure"). What is signed is
 *
 *     <digestEndTime> LF <digestS3Bucket>/<digestS3Object> LF <hex SHA-256 of the file> LF <previousDigestSignature | null>
 *
 * with the times as they are written, and the digest over the file's bytes as they are.
 */
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8, isWellFormed } from "../encoding/utf8.ts";
import { quote } from "../model/problem.ts";
import { parseInstant, type Instant } from "../model/time.ts";

/** A log file as a digest names it. */
export interface LoggedFile {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of the uncompressed content, lower-case hex. */
  readonly sha256: string;
  /** Times of its newest and oldest event, as written. */
  readonly newest: string | null;
  readonly oldest: string | null;
}

/** The digest before, as its successor names it. */
export interface PreviousDigest {
  readonly bucket: string;
  readonly key: string;
  readonly sha256: string | null;
  /** Hex, as written. */
  readonly signature: string | null;
}

/** Which chain a digest belongs to: there is one per source region, and one more for what was digested late. */
export interface ChainIdentity {
  readonly account: string;
  readonly organisation: string | null;
  readonly region: string;
  readonly trail: string;
  readonly homeRegion: string;
  readonly kind: "standard" | "backfill";
}

export interface Digest {
  readonly account: string;
  readonly start: Instant;
  readonly end: Instant;
  /** As written: the text is signed. */
  readonly startText: string;
  readonly endText: string;
  readonly bucket: string;
  readonly key: string;
  readonly keyFingerprint: string;
  /** Null for the first digest after validation was turned on. */
  readonly previous: PreviousDigest | null;
  readonly logFiles: readonly LoggedFile[];
  /** From the S3 key that the digest states; null when that is not the key of a digest. */
  readonly identity: ChainIdentity | null;
}

/** What reading a digest file gave. */
export type DigestReading =
  | { readonly kind: "digest"; readonly digest: Digest }
  | { readonly kind: "malformed"; readonly reason: string }
  /** Well formed, by an algorithm that is not accepted. */
  | { readonly kind: "algorithm"; readonly algorithm: string };

/** Metadata that S3 keeps beside an object; a digest's signature is there and nowhere else. */
export const SIGNATURE_ALGORITHM = "SHA256withRSA";
const HASH_ALGORITHM = "SHA-256";
const SHA256_HEX = /^[0-9a-f]{64}$/;
const DIGEST_KEY =
  /^(?:.+\/)?AWSLogs\/(?:(o-[a-z0-9]{1,32})\/)?(\d{12})\/CloudTrail-Digest\/([a-z0-9-]{1,32})\/\d{4}\/\d\d\/\d\d\/\2_CloudTrail-Digest_\3_(.{1,200})_([a-z0-9-]{1,32})_\d{8}T\d{6}Z(_backfill)?\.json(?:\.gz)?$/;
const LOG_KEY = /(?:^|\/)(\d{12})_CloudTrail_([a-z0-9-]{1,32})_\d{8}T\d{4}Z_[^/]*$/;

/** Whether a file is a digest by its name, or by how it begins: flattened exports rename files. */
export function isDigestFile(path: string, head: string): boolean {
  if (/(^|\/)[^/]*_CloudTrail-Digest_[^/]*\.json(\.gz)?$/.test(path)) return true;
  return /^\s*\{\s*"(awsAccountId|digest[A-Z]\w*)"\s*:/.test(head) && head.includes('"digestS3Object"');
}

/** The account and region that the name of a log file states. */
export function parseLogKey(key: string): { readonly account: string; readonly region: string } | undefined {
  const [, account, region] = LOG_KEY.exec(key) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** The end that the S3 key of a digest states, `…_20260914T054127Z[_backfill].json.gz`; undefined in another key. */
export function endInDigestKey(key: string): Instant | undefined {
  const [, day, time] = /_(\d{8})T(\d{6})Z(?:_backfill)?\.json(?:\.gz)?$/.exec(key) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const [date, clock] = [day.replace(/(....)(..)(..)/, "$1-$2-$3"), time.replace(/(..)(..)(..)/, "$1:$2:$3")];
  return parseInstant(`${date}T${clock}Z`);
}

/** Text form of a chain's identity, for people and for comparing: `[org/]account/region/trail@home[/backfill]`. */
export function formatChainIdentity(identity: ChainIdentity): string {
  const { account, organisation, region, trail, homeRegion, kind } = identity;
  const owner = organisation === null ? account : `${organisation}/${account}`;
  return `${owner}/${region}/${trail}@${homeRegion}${kind === "backfill" ? "/backfill" : ""}`;
}

/** The bytes that the signature of a digest is over. `sha256` is that of the digest file, hex. */
export function signedBytes({ endText, bucket, key, previous }: Digest, sha256: string): Uint8Array {
  return encodeUtf8(`${endText}\n${bucket}/${key}\n${sha256}\n${previous?.signature ?? "null"}`);
}

/** Reads the content of a digest file. Total: whatever is wrong is part of the answer. */
export function parseDigest(content: Uint8Array): DigestReading {
  const { value, problems } = parseStrictJson(content);
  const [problem] = problems;
  if (problem !== undefined) return { kind: "malformed", reason: problem.message };
  const reader = new MemberReader(value);
  const signatureAlgorithm = reader.text("digestSignatureAlgorithm");
  const previousHashAlgorithm = reader.optionalText("previousDigestHashAlgorithm") ?? HASH_ALGORITHM;
  const start = reader.text("digestStartTime");
  const end = reader.text("digestEndTime");
  const key = reader.text("digestS3Object");
  const logs = reader.list("logFiles").map(loggedFile);
  const digest: Omit<Digest, "start" | "end"> = {
    account: reader.text("awsAccountId"),
    startText: start,
    endText: end,
    bucket: reader.text("digestS3Bucket"),
    key,
    keyFingerprint: reader.text("digestPublicKeyFingerprint"),
    previous: previousOf(reader),
    logFiles: logs.flatMap(({ file }) => file ?? []),
    identity: identityOf(key),
  };
  const startInstant = parseInstant(start);
  const endInstant = parseInstant(end);
  if (startInstant === undefined || endInstant === undefined) reader.fail("digestStartTime and digestEndTime as times");
  const reason = reader.failure ?? logs.find(({ failure }) => failure !== undefined)?.failure;
  if (reason !== undefined || startInstant === undefined || endInstant === undefined) {
    return { kind: "malformed", reason: reason ?? "expected times" };
  }
  const hashAlgorithms = [previousHashAlgorithm, ...logs.map(({ algorithm }) => algorithm)];
  const foreign =
    signatureAlgorithm === SIGNATURE_ALGORITHM
      ? hashAlgorithms.find((name) => name !== HASH_ALGORITHM)
      : signatureAlgorithm;
  if (foreign !== undefined) return { kind: "algorithm", algorithm: foreign };
  return { kind: "digest", digest: { ...digest, start: startInstant, end: endInstant } };
}

function previousOf(reader: MemberReader): PreviousDigest | null {
  reader.require("previousDigestSignature");
  const key = reader.optionalText("previousDigestS3Object");
  const bucket = reader.optionalText("previousDigestS3Bucket");
  const sha256 = reader.optionalText("previousDigestHashValue");
  const signature = reader.optionalText("previousDigestSignature");
  if (sha256 !== null && !SHA256_HEX.test(sha256)) reader.fail("previousDigestHashValue as hex");
  if (key !== null && bucket !== null) return { bucket, key, sha256, signature };
  if (key !== bucket || sha256 !== null || signature !== null) reader.fail("all of the previous digest or nothing");
  return null;
}

function identityOf(key: string): ChainIdentity | null {
  const [, organisation, account, region, trail, homeRegion, backfill] = DIGEST_KEY.exec(key) ?? [];
  if (account === undefined || region === undefined || trail === undefined || homeRegion === undefined) return null;
  const kind = backfill === undefined ? "standard" : "backfill";
  return { account, organisation: organisation ?? null, region, trail, homeRegion, kind };
}

interface LogReading {
  readonly file: LoggedFile | undefined;
  readonly algorithm: string;
  readonly failure: string | undefined;
}

function loggedFile(entry: JsonValue): LogReading {
  const reader = new MemberReader(entry);
  const algorithm = reader.text("hashAlgorithm");
  const file = {
    bucket: reader.text("s3Bucket"),
    key: reader.text("s3Object"),
    sha256: reader.text("hashValue"),
    newest: reader.optionalText("newestEventTime"),
    oldest: reader.optionalText("oldestEventTime"),
  };
  if (algorithm === HASH_ALGORITHM && !SHA256_HEX.test(file.sha256)) reader.fail("hashValue as hex");
  return { file: reader.failure === undefined ? file : undefined, algorithm, failure: reader.failure };
}

/** Takes members of one object and keeps the first thing that is wrong. */
class MemberReader {
  failure: string | undefined;
  readonly #members: ReadonlyMap<string, JsonValue>;

  constructor(value: JsonValue | undefined) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#members = new Map(isObject ? Object.entries(value) : []);
    if (!isObject) this.fail("an object");
  }

  fail(expected: string): void {
    this.failure ??= `expected ${expected}`;
  }

  require(name: string): void {
    if (!this.#members.has(name)) this.fail(`the member ${quote(name)}`);
  }

  text(name: string): string {
    const text = this.optionalText(name);
    if (text === null) this.fail(`${quote(name)} as text`);
    return text ?? "";
  }

  optionalText(name: string): string | null {
    const value = this.#members.get(name) ?? null;
    if (typeof value === "string" && isWellFormed(value)) return value;
    if (value !== null) this.fail(`${quote(name)} as text`);
    return null;
  }

  list(name: string): readonly JsonValue[] {
    const value = this.#members.get(name);
    if (Array.isArray(value)) return value as readonly JsonValue[]; // Array.isArray does not narrow a readonly array
    this.fail(`${quote(name)} as a list`);
    return [];
  }
}
