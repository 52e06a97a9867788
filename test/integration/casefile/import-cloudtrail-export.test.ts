import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { rm } from "node:fs/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { EventProofs } from "../../../core/casefile/event-proof.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { viewProof } from "../../../core/casefile/proof-view.ts";
import { reverifyExhibit } from "../../../core/casefile/reverify.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { NO_TRUST, type Trust } from "../../../core/casefile/trust.ts";
import { parsePublicKeyList } from "../../../core/signing/public-key-list.ts";
import { type ExportFiles } from "../../../core/selftest/cloudtrail-corpus.ts";
import { at, digestPaths, edit, exported, logPaths, logsOfDigest } from "../../support/cloudtrail-export.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

let bench: CaseBench;
let folder: string;
beforeEach(async () => {
  bench = await caseBench();
  folder = mkdtempSync(join(tmpdir(), "assay-export-"));
});
afterEach(async () => {
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

/** The first test that asks for a key makes it. */
const MAKING_KEYS = { timeout: 60_000 };

async function written(files: ExportFiles): Promise<string> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

function trusting(publicKeys: Uint8Array): Trust {
  return { ...NO_TRUST, publicKeys: parsePublicKeyList(publicKeys) };
}

async function verdictsOfFiles(): Promise<Map<string, readonly [verdict: string, rows: number]>> {
  const rows = await bench.session.caseFile.query(sql`SELECT f.path, f.verdict, f.records,
      (SELECT count(*) FROM timeline_event e WHERE e.file_path = f.path AND e.verdict = f.verdict) AS marked
    FROM evidence_file f`);
  return new Map(
    rows.map((row) => {
      expect(row["marked"]).toBe(row["records"]);
      return [String(row["path"]), [String(row["verdict"]), Number(row["records"])] as const];
    }),
  );
}

test(
  "lists digests as evidence, imports the events of logs, and gives rows the verdict of their file",
  MAKING_KEYS,
  async () => {
    const { files, publicKeys } = exported({ metadata: "lost" });
    const altered = at(logsOfDigest(files, at(digestPaths(files), 2)), 0);
    edit(files, altered, (text) => text.replace('"IAMUser"', '"IAMUsar"'));
    const result = await importEvidence(bench.session, await written(files), { trust: trusting(publicKeys) });
    expect(result).toMatchObject({ verdict: "altered", records: 39, events: 39, problems: [] });
    const verdicts = await verdictsOfFiles();
    const newest = at(digestPaths(files), -1);
    for (const path of digestPaths(files)) {
      expect(verdicts.get(path)).toEqual([path === newest ? "not-verifiable" : "verified", 0]);
    }
    for (const path of logPaths(files)) {
      const unproven = logsOfDigest(files, newest).includes(path);
      expect(verdicts.get(path)?.[0]).toBe(path === altered ? "altered" : unproven ? "not-verifiable" : "verified");
    }
    const [exhibit] = bench.session.caseFile.exhibits;
    expect(exhibit?.verification.proof).toBe("cloudtrail-digests");
    expect(exhibit?.verification.chains).toHaveLength(1);
  },
);

test("imports a flattened export: its digests are told by content and give no rows", async () => {
  const { files, publicKeys } = exported();
  const flat = new Map([...files].map(([path, bytes]) => [path.replaceAll("/", "--"), bytes]));
  const result = await importEvidence(bench.session, await written(flat), { trust: trusting(publicKeys) });
  expect(result).toMatchObject({ verdict: "verified-with-limits", records: 39, events: 39, problems: [] });
});

test("keeps a log file that cannot be unpacked beside the events of the others", async () => {
  const { files, publicKeys } = exported();
  const [damaged = "", whole = ""] = logPaths(files);
  files.set(damaged, (files.get(damaged) ?? Buffer.alloc(0)).subarray(0, 100));
  const late = Buffer.from(files.get(whole) ?? Buffer.alloc(0));
  files.set(whole, late.subarray(0, late.length - 12));
  const result = await importEvidence(bench.session, await written(files), { trust: trusting(publicKeys) });
  expect(result.verdict).toBe("altered");
  const verdicts = await verdictsOfFiles();
  expect(verdicts.get(damaged)).toEqual(["altered", 0]);
  expect(verdicts.get(whole)).toEqual(["altered", 0]);
  expect(verdicts.size).toBe(digestPaths(files).length + logPaths(files).length);
});

test("verifies the original again once keys are pinned, and marks its rows anew", async () => {
  const { files, publicKeys } = exported();
  const imported = await importEvidence(bench.session, await written(files));
  expect(imported.verdict).toBe("not-verifiable");
  const again = await reverifyExhibit(bench.session, imported.exhibit, trusting(publicKeys), {});
  expect(again.verdict).toBe("verified-with-limits");
  expect(new Set([...(await verdictsOfFiles()).values()].map(([verdict]) => verdict))).toEqual(new Set(["verified"]));
});

test("walks the proof of an event to the digest that names its file", async () => {
  const { files, publicKeys } = exported();
  const altered = at(logsOfDigest(files, at(digestPaths(files), 2)), 0);
  edit(files, altered, (text) => text.replace('"IAMUser"', '"IAMUsar"'));
  await importEvidence(bench.session, await written(files), { trust: trusting(publicKeys) });
  const { caseFile } = bench.session;
  const seqOf = async (verdict: string): Promise<number> => {
    const [row] = await caseFile.query(sql`SELECT min(seq) AS seq FROM timeline_event WHERE verdict = ${verdict}`);
    return Number(row?.["seq"]);
  };
  const proofs = new EventProofs(caseFile);
  const proven = await viewProof(caseFile, proofs, await seqOf("verified"), []);
  expect(proven.verdict).toBe("verified");
  expect(proven.steps.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["Record bytes", "verified"],
    ["File", "verified"],
    ["Digest", "verified"],
    ["Chain of digests", "verified"],
  ]);
  const wounded = await viewProof(caseFile, proofs, await seqOf("altered"), []);
  expect(wounded.verdict).toBe("altered");
  expect(wounded.steps[2]).toMatchObject({ name: "Digest", verdict: "failed", found: wounded.steps[1]?.digest });
});
