/**
 * What S3 keeps beside a digest object, as an export carries it: one `object-metadata.jsonl`, lines of
 * `{"bucket":…,"key":…,"metadata":{"signature":"<hex>","signature-algorithm":"SHA256withRSA"}}`, or beside each file
 * `<file>.head.json`, the answer of HeadObject with its `Metadata`. A digest's own signature is nowhere else.
 */
import { z } from "zod";

import { parseHex } from "../encoding/bytes.ts";
import { parseStrictJson } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { SIGNATURE_ALGORITHM } from "./cloudtrail-digest.ts";

/** Metadata of one object. */
export interface ObjectMetadata {
  /** The file that states it, and the line from 1. */
  readonly path: string;
  readonly line: number;
  /** The object it is about: by bucket and key, or the file that it lies beside. */
  readonly object: { readonly bucket: string; readonly key: string } | { readonly file: string };
  readonly signature: Uint8Array;
  /** When a backfill digest was made, as written. */
  readonly backfillTime: string | undefined;
}

/** What a metadata file gave: entries, and the lines that are none. */
export interface MetadataReading {
  readonly entries: readonly ObjectMetadata[];
  readonly faults: readonly { readonly path: string; readonly line: number; readonly reason: string }[];
}

const METADATA_NAME = "object-metadata.jsonl";
const SIDECAR_END = ".head.json";
const text = z.string().max(4_096);

const userMetadata = z.looseObject({
  signature: text.regex(/^(?:[0-9a-f]{2})+$/),
  "signature-algorithm": z.literal(SIGNATURE_ALGORITHM),
  "backfill-generation-timestamp": text.optional(),
});
const lineSchema = z.looseObject({ bucket: text, key: text, metadata: z.unknown() });
const headSchema = z.looseObject({ Metadata: z.unknown() });

/** Whether a file states metadata of others. */
export function isMetadataFile(path: string): boolean {
  return path.endsWith(SIDECAR_END) || path === METADATA_NAME || path.endsWith(`/${METADATA_NAME}`);
}

/** Reads a metadata file, given as well-formed text. Collectors may list every object: lines about others than digests carry no signature. */
export function parseObjectMetadata(path: string, content: string): MetadataReading {
  const entries: ObjectMetadata[] = [];
  const faults: { path: string; line: number; reason: string }[] = [];
  const isSidecar = path.endsWith(SIDECAR_END);
  for (const [index, line] of (isSidecar ? [content] : content.split("\n")).entries()) {
    if (line.trim() === "") continue;
    const place = { path, line: index + 1 };
    const { value, problems } = parseStrictJson(encodeUtf8(line));
    const [problem] = problems;
    const stated = isSidecar ? besideFile(path, value) : aboutObject(value);
    const metadata = userMetadata.safeParse(stated?.metadata).data;
    const signature = metadata && parseHex(metadata.signature);
    if (stated && metadata && signature && problem === undefined) {
      const { object } = stated;
      entries.push({ ...place, object, signature, backfillTime: metadata["backfill-generation-timestamp"] });
    } else if (problem !== undefined || !stated || stated.name.includes("_CloudTrail-Digest_")) {
      faults.push({ ...place, reason: problem?.message ?? "expected an object with the signature of a digest" });
    }
  }
  return { entries, faults };
}

interface Statement {
  readonly object: ObjectMetadata["object"];
  /** Last part of the object's key. */
  readonly name: string;
  readonly metadata: unknown;
}

function aboutObject(value: unknown): Statement | undefined {
  const line = lineSchema.safeParse(value).data;
  if (!line) return undefined;
  const { bucket, key, metadata } = line;
  return { object: { bucket, key }, name: key, metadata };
}

function besideFile(path: string, value: unknown): Statement | undefined {
  const head = headSchema.safeParse(value).data;
  if (!head) return undefined;
  const file = path.slice(0, -SIDECAR_END.length);
  return { object: { file }, name: file, metadata: head.Metadata };
}
