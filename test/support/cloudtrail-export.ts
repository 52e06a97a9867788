import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

import { memoryContainer } from "../../core/bundle/memory-container.ts";
import { platformHash, platformRsaVerify } from "../../core/bundle/platform-crypto.ts";
import { present } from "../../core/model/assert.ts";
import { parseInstant } from "../../core/model/time.ts";
import { parsePublicKeyList } from "../../core/signing/public-key-list.ts";
import { type KnownHead } from "../../core/verification/cloudtrail-heads.ts";
import { verifyCloudTrail, type CloudTrailJudgement } from "../../core/verification/cloudtrail.ts";
import {
  buildExport,
  type BuiltExport,
  type ExportFiles,
  type ExportPlan,
} from "../../core/selftest/cloudtrail-corpus.ts";

/** Verifies an export, under the keys of a list where one is given. */
export async function judgeExport(
  files: ExportFiles,
  pinned: Uint8Array | undefined,
  asked: { readonly from?: string; readonly to?: string } | null = null,
  knownHeads: readonly KnownHead[] | null = null,
): Promise<CloudTrailJudgement> {
  const time = (text: string | undefined): ReturnType<typeof parseInstant> | null =>
    text === undefined ? null : present(parseInstant(text), "a test asks for times");
  const judgement = await verifyCloudTrail(memoryContainer("export", files), {
    hash: platformHash,
    rsa: platformRsaVerify,
    pinnedKeys: pinned === undefined ? [] : parsePublicKeyList(pinned),
    asked: asked === null ? null : { from: time(asked.from) ?? null, to: time(asked.to) ?? null },
    knownHeads,
  });
  return present(judgement, "the export holds digests");
}

export const ONE_CHAIN: ExportPlan = {
  seed: 7,
  chains: [{ account: "111122223333", region: "eu-west-1" }],
  hours: 6,
};

/** An export to change, with the list of its keys. */
export function exported(change: Partial<ExportPlan> = {}): BuiltExport {
  return buildExport({ ...ONE_CHAIN, ...change });
}

/** Paths of the digests of an export, oldest first. */
export function digestPaths(files: ExportFiles): string[] {
  return [...files.keys()]
    .filter((path) => path.includes("/CloudTrail-Digest/") && !path.endsWith(".head.json"))
    .sort();
}

export function logPaths(files: ExportFiles): string[] {
  return [...files.keys()].filter((path) => path.includes("/CloudTrail/")).sort();
}

/** The log files that a digest names, by their path in the export. */
export function logsOfDigest(files: ExportFiles, path: string): string[] {
  const digest = JSON.parse(contentOf(files, path)) as { logFiles: { s3Bucket: string; s3Object: string }[] };
  return digest.logFiles.map(({ s3Bucket, s3Object }) => `${s3Bucket}/${s3Object}`);
}

export function contentOf(files: ExportFiles, path: string): string {
  return gunzipSync(present(files.get(path), path)).toString("utf8");
}

/** Changes the text of a compressed file. */
export function edit(files: ExportFiles, path: string, change: (text: string) => string): void {
  const before = contentOf(files, path);
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  files.set(path, gzipSync(Buffer.from(after)));
}

export function at<T>(list: readonly T[], index: number): T {
  return present(list.at(index), `an element at ${index}`);
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
