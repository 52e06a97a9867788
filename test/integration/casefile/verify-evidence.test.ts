import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { verifyContainer } from "../../../core/casefile/verify-evidence.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { zipBytes } from "../../../core/selftest/zip-bytes.ts";

const INVICTUS = resolve(import.meta.dirname, "../../../../shared/data/cloudtrail-invictus");
const EVENT = {
  eventVersion: "1.08",
  eventTime: "2026-01-02T03:04:05Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-west-1",
  userIdentity: { type: "Root" },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-unsealed-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function verified(path: string): Promise<VerifyResult> {
  const container = await openContainer(path);
  try {
    return await verifyContainer(container, NO_TRUST, {});
  } finally {
    await container.close();
  }
}

async function verifiedText(name: string, content: string | Uint8Array): Promise<VerifyResult> {
  const path = join(folder, name);
  await writeFile(path, content);
  return verified(path);
}

const RECORDS = JSON.stringify({ Records: [EVENT, EVENT, EVENT] }, null, 1);
const LINES = `${JSON.stringify(EVENT)}\n`.repeat(3);

test.each([
  ["the members of Records", "a.json", RECORDS, 3],
  ["the members of Records in a gzip file", "b.json.gz", gzipSync(RECORDS), 3],
  ["the members behind a byte order mark", "c.json", `\ufeff${RECORDS}`, 3],
  ["the members of an array", "d.json", JSON.stringify([EVENT, EVENT]), 2],
  ["what follows a broken member as one more record", "e.json", `${RECORDS.slice(0, -8)}`, 3],
  ["a document that is one record", "f.json", JSON.stringify(EVENT, null, 1), 1],
  ["lines", "g.jsonl", LINES, 3],
  ["a last line without a line feed", "h.jsonl", LINES.slice(0, -1), 3],
])("counts %s", async (_what, name, content, records) => {
  const result = await verifiedText(name, content);
  expect(result.counts).toEqual({ records, segments: 1, withheld: 0, absent: 0 });
  expect(result).toMatchObject({ verdict: "not-verifiable", proof: "none", findings: [{ code: "no-digests" }] });
});

/** An archive of one log file, with a comment at its end. */
function commented(comment: string): Buffer {
  const zip = zipBytes([{ name: "a.json", content: Buffer.from(RECORDS) }]);
  const text = Buffer.from(comment);
  zip.writeUInt16LE(text.length, zip.length - 2);
  return Buffer.concat([zip, text]);
}

test("names the comment of an archive, which nothing proves and which changes no verdict", async () => {
  const [bare, result] = [
    await verifiedText("bare.zip", commented("")),
    await verifiedText("x.zip", commented("ok\u202e")),
  ];
  expect(result.findings).toEqual([
    ...bare.findings,
    expect.objectContaining({ code: "archive-remark", verdict: "verified", where: { file: "x.zip" } }),
  ]);
  expect(result.findings.at(-1)?.message).toContain('a comment ("ok\\u202e")');
  expect({ ...result, findings: bare.findings }).toEqual(bare);
});

test.skipIf(!existsSync(INVICTUS))(
  "counts the real CloudTrail set as its import does (skipped where ../shared/data is not at hand)",
  async () => {
    const result = await verified(INVICTUS);
    expect(result.counts.records).toBe(2_900);
    expect(result).toMatchObject({ verdict: "not-verifiable", findings: [{ code: "no-digests" }] });
  },
);
