import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash, platformRsaVerify } from "../../../core/bundle/platform-crypto.ts";
import { present } from "../../../core/model/assert.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { parsePublicKeyList } from "../../../core/signing/public-key-list.ts";
import { verifyLake, type LakeJudgement } from "../../../core/verification/lake.ts";
import { sha256 } from "../../support/cloudtrail-export.ts";
import { lakeExport, lakeKeyList } from "../../support/lake-export.ts";

type Files = Map<string, Buffer>;

const CSV =
  '# Execution Time: 2026-09-15\neventID,eventTime,eventData\na1,2026-09-14 05:00:00.000,"{version=1.08,\nuseridentity={type=IAMUser}}"\na2,2026-09-14 05:00:01.000,{}\n';

const texts = [1, 2].map((n) => CSV.replace("a1", `b${n}`));

async function judge(files: Files, pinned: boolean): Promise<LakeJudgement> {
  const pinnedKeys = pinned ? parsePublicKeyList(lakeKeyList()) : [];
  const means = { hash: platformHash, rsa: platformRsaVerify, pinnedKeys };
  return present(await verifyLake(memoryContainer("lake", files), means), "the files are query results");
}

const editSign = (files: Files, from: string | RegExp, to: string): void => {
  const text = present(files.get("result_sign.json"), "the list").toString("utf8");
  files.set("result_sign.json", Buffer.from(text.replace(from, to)));
};

const CASES: readonly {
  readonly what: string;
  readonly mutate: (files: Files) => void;
  readonly pinned?: boolean;
  readonly verdict: BundleVerdict;
  readonly findings: readonly string[];
}[] = [
  { what: "intact results", mutate: () => undefined, verdict: "verified", findings: [] },
  {
    what: "results whose key is unknown",
    mutate: () => undefined,
    pinned: false,
    verdict: "not-verifiable",
    findings: ["digest-key-unknown"],
  },
  {
    what: "results that bring their key",
    mutate: (files) => files.set("public-keys.eu-west-1.json", lakeKeyList()),
    pinned: false,
    verdict: "not-verifiable",
    findings: ["key-fingerprint-unusual", "digest-key-not-pinned"],
  },
  {
    what: "a result that was packed anew",
    mutate: (files) => files.set("result_2.csv.gz", gzipSync(CSV.replace("a1", "b2"), { level: 1 })),
    verdict: "altered",
    findings: ["log-hash-mismatch"],
  },
  {
    what: "a missing result",
    mutate: (files) => files.delete("result_2.csv.gz"),
    verdict: "altered",
    findings: ["log-missing"],
  },
  {
    what: "a result that the list does not name",
    mutate: (files) => files.set("result_3.csv.gz", gzipSync(CSV)),
    verdict: "verified-with-limits",
    findings: ["log-uncovered"],
  },
  {
    what: "a list with another digest",
    mutate: (files) => {
      const forged = gzipSync(CSV.replace("a1", "forged"));
      editSign(files, sha256(present(files.get("result_1.csv.gz"), "a result")), sha256(forged));
      files.set("result_1.csv.gz", forged);
    },
    verdict: "altered",
    findings: ["lake-signature-invalid"],
  },
  {
    what: "a list that is none",
    mutate: (files) => editSign(files, "hashSignature", "signature"),
    verdict: "altered",
    findings: ["lake-list-malformed"],
  },
  ...[
    ["SHA-256", "SHA-1"],
    ["SHA256withRSA", "SHA1withRSA"],
  ].map(([from = "", to = ""]) => ({
    what: `T58 a list that says ${to}`,
    mutate: (files: Files) => editSign(files, from, to),
    verdict: "not-verifiable" as const,
    findings: ["digest-algorithm"],
  })),
  {
    what: "a query that ended when its key was not in use",
    mutate: (files) => editSign(files, "2026-09-15T00", "2031-09-15T00"),
    verdict: "verified-with-limits",
    findings: ["digest-key-period"],
  },
];

describe("the verdict and exactly the findings of", () => {
  it.each(CASES)("$what", async ({ mutate, pinned = true, verdict, findings }) => {
    const files = lakeExport(texts);
    mutate(files);
    const { result } = await judge(files, pinned);
    expect(result.findings.map(({ code }) => code)).toEqual(findings);
    expect(result.verdict).toBe(verdict);
    expect(result.proof).toBe("cloudtrail-lake");
  });
});

it("counts records as CSV has them, without the comment and the names of the columns", async () => {
  const { result, rows } = await judge(lakeExport(texts), true);
  expect(result.counts.records).toBe(4);
  expect(rows.map(({ verdict }) => verdict)).toEqual(["verified", "verified"]);
});
