import { gunzipSync, gzipSync } from "node:zlib";

import { type ExportFiles, type ExportPlan } from "../../core/selftest/cloudtrail-corpus.ts";

/** An export, whole or wounded, and what a verifier says of it under the keys of its list. */
export interface CloudTrailVariant {
  readonly name: string;
  readonly plan: ExportPlan;
  /** Whose keys are to be pinned, where they are not those of the plan. */
  readonly pinned?: ExportPlan;
  readonly mutate?: (files: ExportFiles) => void;
  readonly verdict: "verified-with-limits" | "not-verifiable" | "altered" | "conflict";
  readonly findings: readonly string[];
}

const TWO_REGIONS = ["eu-west-1", "us-east-1"].map((region) => ({
  account: "111122223333",
  region,
  homeRegion: "eu-west-1",
}));
/** Variants with a history of their own have a key of their own: two histories of one key are a conflict. */
const PLAN: ExportPlan = { seed: 5_848, chains: TWO_REGIONS, hours: 12 };
const ONE_REGION: ExportPlan = { ...PLAN, chains: TWO_REGIONS.slice(0, 1) };
const ORGANISATION = ["111122223333", "444455556666", "777788889999"].flatMap((account) =>
  TWO_REGIONS.map((chain) => ({ ...chain, account, organisation: "o-mb9x2y7k1p" })),
);

/** What is done to a file must not go through the code that reads it: bytes are changed, found by name alone. */
const pathsOf = (files: ExportFiles, part: string): string[] =>
  [...files.keys()].filter((path) => path.includes(part)).sort();
const digestsOf = (files: ExportFiles): string[] => pathsOf(files, "/CloudTrail-Digest/eu-west-1/");
const logOf = (files: ExportFiles): string => pathsOf(files, "/CloudTrail/eu-west-1/")[3] ?? "";
const replaceIn = (files: ExportFiles, path: string, from: string, to: string): void => {
  const text = gunzipSync(files.get(path) ?? Buffer.alloc(0)).toString("utf8");
  files.set(path, gzipSync(text.replace(from, to)));
};

/** The variants, in the order of the README. */
export const CLOUDTRAIL_VARIANTS: readonly CloudTrailVariant[] = [
  { name: "intact", plan: PLAN, verdict: "verified-with-limits", findings: ["chain-end-open"] },
  {
    name: "organisation",
    plan: { ...PLAN, signer: "organisation", chains: ORGANISATION, hours: 6 },
    verdict: "verified-with-limits",
    findings: ["chain-end-open"],
  },
  {
    name: "rotated",
    plan: { ...ONE_REGION, signer: "rotated", rotation: 6, keyForm: "spki", metadata: "sidecars" },
    verdict: "verified-with-limits",
    findings: ["chain-end-open"],
  },
  {
    name: "gapped",
    plan: { ...ONE_REGION, signer: "gapped", stopped: [5, 8] },
    verdict: "verified-with-limits",
    findings: ["chain-gap", "chain-end-open"],
  },
  {
    name: "backfilled",
    plan: { ...ONE_REGION, signer: "backfilled", late: [3, 7] },
    verdict: "verified-with-limits",
    findings: ["chain-end-open"],
  },
  {
    name: "metadata-lost",
    plan: { ...PLAN, metadata: "lost" },
    verdict: "verified-with-limits",
    findings: ["digest-unsigned", "digest-unsigned", "log-digest-unverified", "chain-end-open"],
  },
  {
    name: "flattened",
    plan: PLAN,
    mutate: (files) => {
      for (const [index, [path, bytes]] of [...files].entries()) {
        if (!path.includes("/AWSLogs/")) continue;
        files.delete(path);
        files.set(`download (${index}).json.gz`, bytes);
      }
    },
    verdict: "verified-with-limits",
    findings: ["digest-relocated", "log-renamed", "chain-end-open"],
  },
  {
    name: "tampered-log-changed",
    plan: PLAN,
    mutate: (files) => replaceIn(files, logOf(files), "192.0.2.", "198.51.100."),
    verdict: "altered",
    findings: ["log-hash-mismatch", "chain-end-open"],
  },
  {
    name: "tampered-log-removed",
    plan: PLAN,
    mutate: (files) => files.delete(logOf(files)),
    verdict: "altered",
    findings: ["log-missing", "chain-end-open"],
  },
  {
    name: "tampered-log-appended",
    plan: PLAN,
    mutate: (files) => {
      const path = logOf(files);
      files.set(path, Buffer.concat([files.get(path) ?? Buffer.alloc(0), gzipSync('{"Records":[]}')]));
    },
    verdict: "altered",
    findings: ["log-trailing-data", "chain-end-open"],
  },
  {
    name: "tampered-digest-changed",
    plan: PLAN,
    mutate: (files) => replaceIn(files, digestsOf(files)[4] ?? "", '"SHA-256"', '"SHA-256" '),
    verdict: "altered",
    findings: ["digest-hash-mismatch", "chain-end-open"],
  },
  {
    name: "tampered-digest-removed",
    plan: PLAN,
    mutate: (files) => files.delete(digestsOf(files)[4] ?? ""),
    verdict: "altered",
    findings: ["metadata-unmatched", "digest-missing", "log-uncovered", "chain-end-open"],
  },
  {
    name: "forged-chain",
    plan: { ...ONE_REGION, signer: "stranger" },
    pinned: ONE_REGION,
    verdict: "not-verifiable",
    findings: ["digest-key-not-pinned"],
  },
];
