/**
 * The export description of a bundle: an in-toto Statement v1 (in-toto attestation framework), carried in a DSSE envelope.
 * Its subjects pin the payload manifest, the newest checkpoint and the bag information; its predicate says what is in the
 * bundle, so that a missing or added part shows.
 */
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { BAG_INFO_PATH, CHECKPOINT_PATH, MANIFEST_PATH } from "./layout.ts";

export const IN_TOTO_PAYLOAD_TYPE = "application/vnd.in-toto+json";
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
const BUNDLE_PREDICATE_TYPE = `${NAMESPACE}/evidence-log-bundle/v1`;
/** Each is compared with segments and states; a log has as many as retention periods ended. */
const MAX_ABSENT_RANGES = 10_000;
/** What {@link parseStatement} says of a log that is hashed with anything but SHA-256. */
export const OTHER_HASH_ALGORITHM = "another hash algorithm than SHA2_256";
/** What every statement pins. */
export const SUBJECT_PATHS = [MANIFEST_PATH, CHECKPOINT_PATH, BAG_INFO_PATH] as const;

export interface StatementSegment {
  readonly path: string;
  readonly firstIndex: number;
  readonly count: number;
  readonly uncompressedSize: number;
  /** Of the uncompressed bytes, hex. */
  readonly sha256: string;
  readonly encoding: string;
  readonly checkpoint: string;
}

/** Why a range of a log is not in a bundle. */
export type AbsenceReason = "retention-expired" | "lost" | "sealed-by-court";

/** A range of the log that is absent: what stands for its records, so that the tree and the chain go on. */
export interface StatementAbsence {
  readonly firstIndex: number;
  /** Exclusive. */
  readonly endIndex: number;
  readonly reason: AbsenceReason;
  /** The class of a retention rule by which it was removed; empty for none. */
  readonly policyRef: string;
  /** Hashes of the perfect subtrees that cover the range, left to right, in base64. */
  readonly compactRange: readonly string[];
  /** Chain heads before the first record of the range and after the last, in base64. */
  readonly chainBefore: string;
  readonly chainAfter: string;
  /** Path of the note that was signed at `endIndex`. */
  readonly checkpoint: string;
  /** Earliest and latest time of its records as their seals stated them, RFC 3339. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
}

export interface StatementWithheld {
  readonly index: number;
  readonly reason: string;
  readonly authority: string;
}

/** The rules by which records are removed after a time. */
export interface Retention {
  readonly policyId: string;
  /** `period` is an ISO 8601 duration of days or more, such as `P90D`; null when it is told elsewhere. */
  readonly rules: readonly { readonly class: string; readonly period: string | null }[];
  /** RFC 3339: records older than this were due to be removed. */
  readonly expiredBefore: string | null;
}

/** What a statement says, as far as it is used. Unknown members are allowed: the signature covers them. */
export interface BundleStatement {
  /** Lower-case hex by path. */
  readonly subjects: ReadonlyMap<string, string>;
  /** RFC 3339; empty when it is not stated. */
  readonly createdAt: string;
  readonly origin: string;
  readonly treeSize: number;
  /** Records below it were pruned; 0 for none. */
  readonly minimumIndex: number;
  readonly segments: readonly StatementSegment[];
  readonly absent: readonly StatementAbsence[];
  readonly withheld: readonly StatementWithheld[];
  readonly retention: Retention | null;
}

export interface StatementParts {
  readonly subjects: readonly { readonly path: string; readonly sha256: string }[];
  readonly bundleId: string;
  readonly createdAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly origin: string;
  readonly treeSize: number;
  readonly segments: readonly StatementSegment[];
  readonly minimumIndex: number;
  readonly absent: readonly StatementAbsence[];
  readonly withheld: readonly Pick<StatementWithheld, "index" | "reason">[];
  readonly retention: Retention | null;
}

/** The payload bytes to sign. */
export function formatStatement(parts: StatementParts): Uint8Array {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: parts.subjects.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
    predicateType: BUNDLE_PREDICATE_TYPE,
    predicate: {
      bundle: { id: parts.bundleId, createdAt: parts.createdAt, tool: parts.tool },
      log: {
        origin: parts.origin,
        hashAlgorithm: "SHA2_256",
        firstIndex: 0,
        treeSize: parts.treeSize,
        minimumIndex: parts.minimumIndex,
      },
      segments: parts.segments.map(({ sha256, ...segment }) => ({ ...segment, digest: { sha256 } })),
      absent: parts.absent,
      withheld: parts.withheld.map((record) => ({ ...record, authority: parts.origin })),
      ...(parts.retention === null ? {} : { retention: parts.retention }),
    },
  };
  return encodeUtf8(JSON.stringify(statement));
}

/** Reads the payload of a verified envelope; otherwise says in a few words what is wrong with it. */
export function parseStatement(payload: Uint8Array): BundleStatement | string {
  const { value, problems } = parseStrictJson(payload);
  const [problem] = problems;
  if (problem !== undefined) return problem.message;
  const statement = asObject(value);
  if (statement?.["_type"] !== STATEMENT_TYPE) return "not an in-toto Statement v1";
  if (statement["predicateType"] !== BUNDLE_PREDICATE_TYPE) return "another predicate type";
  const predicate = asObject(statement["predicate"]);
  const log = asObject(predicate?.["log"]);
  if (predicate === undefined || log === undefined) return "no predicate.log";
  if (log["hashAlgorithm"] !== "SHA2_256") return OTHER_HASH_ALGORITHM;
  const [origin, treeSize, minimumIndex] = [log["origin"], log["treeSize"], log["minimumIndex"] ?? 0];
  if (typeof origin !== "string" || !isCount(treeSize) || !isCount(minimumIndex)) return "an incomplete predicate.log";
  const absent = listOf(predicate["absent"], absentOf);
  if (absent.length > MAX_ABSENT_RANGES) return `more than ${MAX_ABSENT_RANGES} absent ranges`;
  return {
    subjects: subjectsOf(statement["subject"]),
    createdAt: textOf(asObject(predicate["bundle"])?.["createdAt"]),
    origin,
    treeSize,
    minimumIndex,
    segments: listOf(predicate["segments"], segmentOf),
    absent,
    withheld: listOf(predicate["withheld"], withheldOf),
    retention: retentionOf(asObject(predicate["retention"])),
  };
}

function subjectsOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const subjects = listOf(value, (subject) => {
    const [name, sha256] = [subject["name"], asObject(subject["digest"])?.["sha256"]];
    return typeof name === "string" && typeof sha256 === "string" ? ([name, sha256] as const) : undefined;
  });
  return new Map(subjects);
}

function segmentOf(segment: JsonObject): StatementSegment | undefined {
  const { path, firstIndex, count, uncompressedSize, encoding, checkpoint } = segment;
  const sha256 = asObject(segment["digest"])?.["sha256"];
  if (typeof path !== "string" || !isCount(firstIndex) || !isCount(count) || !isCount(uncompressedSize))
    return undefined;
  if (typeof sha256 !== "string" || typeof encoding !== "string" || typeof checkpoint !== "string") return undefined;
  return { path, firstIndex, count, uncompressedSize, sha256, encoding, checkpoint };
}

function absentOf(entry: JsonObject): StatementAbsence | undefined {
  const { firstIndex, endIndex, reason } = entry;
  if (!isCount(firstIndex) || !isCount(endIndex) || firstIndex >= endIndex) return undefined;
  if (reason !== "retention-expired" && reason !== "lost" && reason !== "sealed-by-court") return undefined;
  const range = entry["compactRange"];
  return {
    firstIndex,
    endIndex,
    reason,
    policyRef: textOf(entry["policyRef"]),
    compactRange: Array.isArray(range) ? (range as readonly JsonValue[]).map(textOf) : [], // as in listOf
    chainBefore: textOf(entry["chainBefore"]),
    chainAfter: textOf(entry["chainAfter"]),
    checkpoint: textOf(entry["checkpoint"]),
    firstTime: textOrNull(entry["firstTime"]),
    lastTime: textOrNull(entry["lastTime"]),
  };
}

function withheldOf({ index, reason, authority }: JsonObject): StatementWithheld | undefined {
  return isCount(index) && typeof reason === "string" ? { index, reason, authority: textOf(authority) } : undefined;
}

function retentionOf(retention: JsonObject | undefined): Retention | null {
  if (retention === undefined) return null;
  return {
    policyId: textOf(retention["policyId"]),
    rules: listOf(retention["rules"], (rule) => ({ class: textOf(rule["class"]), period: textOrNull(rule["period"]) })),
    expiredBefore: textOrNull(retention["expiredBefore"]),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

type JsonObject = { readonly [name: string]: JsonValue };

/** Entries that are malformed are left out: what they would have explained then stays unexplained. */
function listOf<T>(value: JsonValue | undefined, read: (entry: JsonObject) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]) // Array.isArray does not narrow a readonly array type
    .map(asObject)
    .map((entry) => (entry === undefined ? undefined : read(entry)))
    .filter((entry) => entry !== undefined);
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined; // arrays and null are excluded
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
