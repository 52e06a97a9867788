/**
 * An export of a CloudTrail bucket in the convention of docs/formats/cloudtrail-export.md, made from a seed: log files,
 * hourly digests signed by keys of our own, what S3 keeps beside them, and the answer of ListPublicKeys.
 */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import { cloudTrailEvent, trailSwitch, type Json, type Place } from "./cloudtrail-events.ts";
import { DigestSigners, type SignerPlan } from "./cloudtrail-signers.ts";
import { Random } from "./random.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An export as its files, by path. */
export type ExportFiles = Map<string, Buffer>;

export interface ChainPlan extends Place {
  readonly homeRegion?: string;
  readonly organisation?: string;
  readonly trail?: string;
}

export interface ExportPlan extends SignerPlan {
  readonly seed: number;
  readonly chains: readonly ChainPlan[];
  /** Hours in which logging was stopped, from and up to. */
  readonly stopped?: readonly [from: number, to: number];
  /** Hours of which one log file came too late, and is in a backfill digest. */
  readonly late?: readonly number[];
  /** How the signatures are carried along. */
  readonly metadata?: "lines" | "sidecars" | "lost";
  readonly packed?: boolean;
  /** Most log files of an hour. */
  readonly logsAnHour?: number;
  readonly eventsALog?: number;
}

export interface BuiltExport {
  readonly files: ExportFiles;
  /** The list of all keys, to be pinned: as an examiner would fetch it, apart from the export. */
  readonly publicKeys: Buffer;
}

const BUCKET = "marrowbridge-trails";
const TRAIL = "org_trail.main";
/** Digests of a region end at the same minute of every hour. */
const FIRST_HOUR_MS = Date.UTC(2026, 8, 14, 5, 41, 27);

/** Makes an export; the same plan gives the same bytes. */
export function buildExport(plan: ExportPlan): BuiltExport {
  const bucket = new Bucket(plan);
  for (const chain of plan.chains) bucket.write(chain);
  return bucket.finish();
}

interface Signed {
  readonly key: string;
  readonly sha256: string;
  readonly signature: string;
}

interface LogEntry {
  readonly s3Bucket: string;
  readonly s3Object: string;
  readonly hashValue: string;
  readonly hashAlgorithm: "SHA-256";
  readonly newestEventTime: string;
  readonly oldestEventTime: string;
}

class Bucket {
  readonly #plan: ExportPlan;
  readonly #random: Random;
  readonly #signers: DigestSigners;
  readonly #files: ExportFiles = new Map();
  readonly #metadata: string[] = [];

  constructor(plan: ExportPlan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    this.#signers = new DigestSigners(plan, FIRST_HOUR_MS);
  }

  write(chain: ChainPlan): void {
    const { hours, stopped, late = [] } = this.#plan;
    let previous: Signed | null = null;
    let backfill: Signed | null = null;
    for (let hour = 0; hour < hours; hour += 1) {
      const logs = this.#logsOf(chain, hour);
      if (stopped && hour >= stopped[0] && hour < stopped[1]) {
        previous = null;
        continue;
      }
      const isLate = late.includes(hour);
      previous = this.#digest(chain, hour, isLate ? logs.slice(1) : logs, previous, false);
      if (isLate) backfill = this.#digest(chain, hour, logs.slice(0, 1), backfill, true);
    }
  }

  finish(): BuiltExport {
    const { metadata = "lines", chains } = this.#plan;
    if (metadata === "lines") {
      this.#files.set("object-metadata.jsonl", Buffer.from(this.#metadata.map((line) => `${line}\n`).join("")));
    }
    const regions = [...new Set(chains.map(({ region }) => region))];
    for (const region of regions) {
      this.#files.set(`public-keys.${region}.json`, this.#signers.list([region]));
    }
    const sorted = [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1));
    return { files: new Map(sorted), publicKeys: this.#signers.list(regions) };
  }

  /** Log files delivered in an hour; with the trail stopped, those of another delivery that no digest names. */
  #logsOf(chain: ChainPlan, hour: number): readonly LogEntry[] {
    const { stopped, logsAnHour = 3 } = this.#plan;
    const isStopped = stopped !== undefined && hour >= stopped[0] && hour < stopped[1];
    if (isStopped) return [];
    const isLate = this.#plan.late?.includes(hour) === true;
    const count = this.#random.between(isLate ? 2 : 0, logsAnHour);
    const logs = Array.from({ length: count }, (_, index) => this.#log(chain, hour, index, []));
    // A trail is switched in its home region.
    const isHome = chain.region === (chain.homeRegion ?? chain.region);
    if (isHome && hour + 1 === stopped?.[0]) logs.push(this.#log(chain, hour, count, ["StopLogging"]));
    if (isHome && hour === stopped?.[1]) logs.push(this.#log(chain, hour, count, ["StartLogging"]));
    return logs;
  }

  #log(chain: ChainPlan, hour: number, index: number, switches: readonly string[]): LogEntry {
    const { eventsALog = 6 } = this.#plan;
    const from = FIRST_HOUR_MS + (hour - 1) * HOUR + (5 + index * 12) * MINUTE;
    const records: { readonly time: number; readonly record: Json }[] = [
      ...Array.from({ length: this.#random.between(1, eventsALog) }, () => {
        const time = from + this.#random.between(0, 10 * MINUTE);
        return { time, record: cloudTrailEvent(this.#random, time, chain) };
      }),
      ...switches.map((name) => ({ time: from, record: trailSwitch(this.#random, from, chain, name, TRAIL) })),
    ];
    const times = records.map(({ time }) => time);
    const delivered = stamp(from + 10 * MINUTE);
    const name = `${chain.account}_CloudTrail_${chain.region}_${delivered.slice(0, 13)}Z_${this.#letters(16)}.json.gz`;
    const key = `${folderOf(chain, "CloudTrail", from)}/${name}`;
    const content = Buffer.from(JSON.stringify({ Records: records.map(({ record }) => record) }));
    this.#put(key, content);
    return {
      s3Bucket: BUCKET,
      s3Object: key,
      hashValue: sha256(content),
      hashAlgorithm: "SHA-256",
      newestEventTime: isoSeconds(Math.max(...times)),
      oldestEventTime: isoSeconds(Math.min(...times)),
    };
  }

  #digest(chain: ChainPlan, hour: number, logs: readonly LogEntry[], previous: Signed | null, late: boolean): Signed {
    const end = FIRST_HOUR_MS + hour * HOUR;
    const { account, region, homeRegion = region, trail = TRAIL } = chain;
    const name = `${account}_CloudTrail-Digest_${region}_${trail}_${homeRegion}_${stamp(end)}Z${late ? "_backfill" : ""}.json.gz`;
    const key = `${folderOf(chain, "CloudTrail-Digest", end)}/${name}`;
    const signer = this.#signers.at(region, hour);
    const body = {
      awsAccountId: account,
      digestStartTime: isoSeconds(end - HOUR),
      digestEndTime: isoSeconds(end),
      digestS3Bucket: BUCKET,
      digestS3Object: key,
      digestPublicKeyFingerprint: this.#signers.fingerprintOf(signer),
      digestSignatureAlgorithm: "SHA256withRSA",
      newestEventTime:
        logs
          .map(({ newestEventTime }) => newestEventTime)
          .sort()
          .at(-1) ?? null,
      oldestEventTime: logs.map(({ oldestEventTime }) => oldestEventTime).sort()[0] ?? null,
      previousDigestS3Bucket: previous === null ? null : BUCKET,
      previousDigestS3Object: previous?.key ?? null,
      previousDigestHashValue: previous?.sha256 ?? null,
      previousDigestHashAlgorithm: previous === null ? null : "SHA-256",
      previousDigestSignature: previous?.signature ?? null,
      logFiles: logs,
    };
    const content = Buffer.from(JSON.stringify(body));
    const digest = sha256(content);
    const signed = `${body.digestEndTime}\n${BUCKET}/${key}\n${digest}\n${previous?.signature ?? "null"}`;
    const signature = signer.sign(Buffer.from(signed));
    const path = this.#put(key, content);
    this.#keepMetadata(path, key, {
      signature,
      "signature-algorithm": "SHA256withRSA",
      ...(late ? { "backfill-generation-timestamp": isoSeconds(end + 3 * HOUR) } : {}),
    });
    return { key, sha256: digest, signature };
  }

  #keepMetadata(path: string, key: string, metadata: Readonly<Record<string, string>>): void {
    if (this.#plan.metadata === "sidecars") {
      const head = { AcceptRanges: "bytes", ContentType: "application/json", Metadata: metadata };
      this.#files.set(`${path}.head.json`, Buffer.from(`${JSON.stringify(head, null, 2)}\n`));
    }
    this.#metadata.push(JSON.stringify({ bucket: BUCKET, key, metadata }));
  }

  #put(key: string, content: Buffer): string {
    const { packed = true } = this.#plan;
    const path = `${BUCKET}/${packed ? key : key.replace(/\.gz$/, "")}`;
    this.#files.set(path, packed ? gzipSync(content) : content);
    return path;
  }

  #letters(length: number): string {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return Array.from({ length }, () => this.#random.pick([...alphabet])).join("");
  }
}

function folderOf({ account, region, organisation }: ChainPlan, kind: string, time: number): string {
  const owner = organisation === undefined ? account : `${organisation}/${account}`;
  return `AWSLogs/${owner}/${kind}/${region}/${isoSeconds(time).slice(0, 10).replaceAll("-", "/")}`;
}

/** `20260914T054127` */
function stamp(time: number): string {
  return isoSeconds(time).replaceAll(/[-:Z]/g, "");
}

function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
