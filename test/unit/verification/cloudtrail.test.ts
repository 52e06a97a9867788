import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { present } from "../../../core/model/assert.ts";
import { type ExportFiles, type ExportPlan } from "../../../core/selftest/cloudtrail-corpus.ts";
import { seededRsaKey } from "../../../core/selftest/seeded-rsa.ts";
import {
  at,
  contentOf,
  digestPaths,
  edit,
  exported,
  judgeExport,
  logPaths,
  logsOfDigest,
  ONE_CHAIN,
  sha256,
} from "../../support/cloudtrail-export.ts";

interface Case {
  readonly what: string;
  readonly plan?: Partial<ExportPlan>;
  readonly mutate?: (files: ExportFiles) => void;
  readonly pinned?: "all" | "none" | "other";
  readonly asked?: { readonly from?: string; readonly to?: string };
  readonly verdict: BundleVerdict;
  /** Exactly these, besides the one that every export has whose end nobody asked about. */
  readonly findings: readonly string[];
}

const WHOLE = { from: "2026-09-14T05:00:00Z", to: "2026-09-14T10:30:00Z" };
const metadataLines = (files: ExportFiles): string[] =>
  present(files.get("object-metadata.jsonl"), "metadata").toString("utf8").trimEnd().split("\n");
const setMetadata = (files: ExportFiles, lines: readonly string[]): void => {
  files.set("object-metadata.jsonl", Buffer.from(lines.map((line) => `${line}\n`).join("")));
};
/** Drops what S3 keeps beside the digests from `index` on. */
const loseMetadata = (files: ExportFiles, index: number): void => {
  const gone = digestPaths(files).slice(index);
  setMetadata(
    files,
    metadataLines(files).filter((line) => !gone.some((path) => line.includes(path.slice(path.indexOf("AWSLogs/"))))),
  );
};
/** Takes away digests, the log files they name, and what S3 keeps beside them. */
const drop = (files: ExportFiles, paths: readonly string[]): void => {
  for (const path of paths) {
    for (const log of logsOfDigest(files, path)) files.delete(log);
    setMetadata(
      files,
      metadataLines(files).filter((line) => !line.includes(path.slice(path.indexOf("AWSLogs/")))),
    );
    files.delete(path);
  }
};
const digestsOf = (files: ExportFiles, part: string): string[] =>
  digestPaths(files).filter((path) => path.includes(part));
const TWO_TRAILS = ["first", "second"].map((trail) => ({ account: "111122223333", region: "eu-west-1", trail }));
const KEY_LIST = "public-keys.eu-west-1.json";
/** The list of the export says that its keys ended so many seconds earlier. */
const endKeysEarly = (files: ExportFiles, seconds: number): void => {
  const list = JSON.parse(present(files.get(KEY_LIST), "keys").toString("utf8")) as {
    PublicKeyList: { ValidityEndTime: number }[];
  };
  for (const key of list.PublicKeyList) key.ValidityEndTime -= seconds;
  files.set(KEY_LIST, Buffer.from(JSON.stringify(list)));
};
const firstLogOf = (files: ExportFiles, digest: number): string =>
  at(logsOfDigest(files, at(digestPaths(files), digest)), 0);
const changeEvent = (text: string): string => text.replace('"IAMUser"', '"IAMUsar"');
const flatten = (files: ExportFiles): void => {
  for (const [index, [path, bytes]] of [...files].entries()) {
    if (!path.includes("/AWSLogs/")) continue;
    files.delete(path);
    files.set(`file-${index}.json.gz`, bytes);
  }
};
/** Writes a digest anew with another key, as whoever owns that key can. */
const resign = (files: ExportFiles, path: string, signer: string, change: (text: string) => string): void => {
  const text = change(contentOf(files, path));
  const digest = JSON.parse(text) as Record<string, string | null>;
  const signed = `${digest["digestEndTime"]}\n${digest["digestS3Bucket"]}/${digest["digestS3Object"]}\n${sha256(text)}\n${digest["previousDigestSignature"] ?? "null"}`;
  const signature = seededRsaKey(signer).sign(Buffer.from(signed));
  files.set(path, gzipSync(Buffer.from(text)));
  const key = path.slice(path.indexOf("AWSLogs/"));
  setMetadata(
    files,
    metadataLines(files).map((line) =>
      line.includes(key) ? line.replace(/"signature":"[0-9a-f]+"/, `"signature":"${signature}"`) : line,
    ),
  );
};

/** The first test that asks for a key makes it. */
const MAKING_KEYS = { timeout: 60_000 };

const CASES: readonly Case[] = [
  { what: "an intact export", verdict: "verified-with-limits", findings: [] },
  { what: "a window that is all proven", asked: WHOLE, verdict: "verified", findings: [] },
  {
    what: "a window that begins before the first digest",
    asked: { from: "2026-09-14T04:00:00Z", to: WHOLE.to },
    verdict: "altered",
    findings: ["window-not-covered"],
  },
  {
    what: "a window that ends after the last digest",
    asked: { from: WHOLE.from, to: "2026-09-14T12:00:00Z" },
    verdict: "altered",
    findings: ["window-not-covered"],
  },
  {
    what: "keys that only the export brings",
    pinned: "none",
    asked: WHOLE,
    verdict: "not-verifiable",
    findings: ["digest-key-not-pinned"],
  },
  {
    what: "keys that nobody has",
    pinned: "none",
    plan: { hours: 2, seed: 9 },
    mutate: (files) => files.delete("public-keys.eu-west-1.json"),
    verdict: "not-verifiable",
    findings: ["digest-key-unknown", "digest-key-unknown", "log-digest-unverified"],
  },
  {
    what: "a listed key that is no key",
    pinned: "none",
    plan: { hours: 1, seed: 9 },
    mutate: (files) => {
      const list = present(files.get("public-keys.eu-west-1.json"), "keys").toString("utf8");
      files.set("public-keys.eu-west-1.json", Buffer.from(list.replace(/"Value":"...../, '"Value":"AAAAA')));
    },
    verdict: "not-verifiable",
    findings: ["key-fingerprint-unusual", "digest-key-unreadable", "log-digest-unverified"],
  },
  {
    what: "a listed key that is not the pinned one of that fingerprint",
    mutate: (files) => {
      const list = present(files.get("public-keys.eu-west-1.json"), "keys").toString("utf8");
      const other = seededRsaKey("stranger").pkcs1.toString("base64");
      files.set("public-keys.eu-west-1.json", Buffer.from(list.replace(/"Value":"[^"]+"/, `"Value":"${other}"`)));
    },
    verdict: "not-verifiable",
    findings: ["key-substituted"],
  },
  { what: "keys as SubjectPublicKeyInfo", plan: { keyForm: "spki" }, verdict: "verified-with-limits", findings: [] },
  {
    what: "a key rotation with overlapping periods",
    plan: { rotation: 3 },
    verdict: "verified-with-limits",
    findings: [],
  },
  { what: "signatures in sidecars", plan: { metadata: "sidecars" }, verdict: "verified-with-limits", findings: [] },
  {
    what: "files that were unpacked on the way",
    plan: { packed: false },
    verdict: "verified-with-limits",
    findings: [],
  },
  {
    what: "several accounts and regions of an organisation",
    plan: {
      chains: ["eu-west-1", "us-east-1"].flatMap((region) =>
        ["111122223333", "444455556666"].map((account) => ({
          account,
          region,
          homeRegion: "us-east-1",
          organisation: "o-mb9x2y7k1p",
        })),
      ),
      hours: 3,
    },
    verdict: "verified-with-limits",
    findings: [],
  },
  { what: "a backfill digest", plan: { late: [2, 4] }, verdict: "verified-with-limits", findings: [] },
  {
    what: "S3 metadata that was lost: only the newest digest is unsigned",
    plan: { metadata: "lost" },
    verdict: "verified-with-limits",
    findings: ["digest-unsigned", "log-digest-unverified"],
  },
  {
    what: "one digest without metadata",
    plan: { metadata: "lost", hours: 1, seed: 9 },
    verdict: "not-verifiable",
    findings: ["digest-unsigned", "digests-unproven", "log-digest-unverified"],
  },
  {
    what: "logging that was stopped and started again",
    plan: { stopped: [2, 4] },
    verdict: "verified-with-limits",
    findings: ["chain-gap"],
  },
  {
    what: "an export that begins midway",
    mutate: (files) => {
      const [oldest = "", next = ""] = digestPaths(files);
      for (const path of [...logsOfDigest(files, oldest), ...logsOfDigest(files, next), oldest, next])
        files.delete(path);
      loseMetadata(files, 0);
    },
    plan: { metadata: "lines" },
    verdict: "verified-with-limits",
    findings: ["digest-unsigned", "metadata-unmatched", "log-digest-unverified", "window-starts"],
  },
  {
    what: "a missing digest",
    mutate: (files) => {
      const path = at(digestPaths(files), 2);
      for (const log of logsOfDigest(files, path)) files.delete(log);
      files.delete(path);
    },
    verdict: "altered",
    findings: ["metadata-unmatched", "digest-missing"],
  },
  {
    what: "a tail that was cut: what is proven ends earlier, and only the asked window tells",
    mutate: (files) => {
      const path = at(digestPaths(files), -1);
      for (const log of logsOfDigest(files, path)) files.delete(log);
      files.delete(path);
      setMetadata(files, metadataLines(files).slice(0, -1));
    },
    asked: WHOLE,
    verdict: "altered",
    findings: ["window-not-covered"],
  },
  {
    what: "a changed log file",
    mutate: (files) => edit(files, firstLogOf(files, 2), changeEvent),
    verdict: "altered",
    findings: ["log-hash-mismatch"],
  },
  {
    what: "a removed log file",
    mutate: (files) => files.delete(firstLogOf(files, 2)),
    verdict: "altered",
    findings: ["log-missing"],
  },
  {
    what: "a log file that no digest names",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set(
        path.replace(/_[^_]+\.json\.gz$/, "_AAAAAAAAAAAAAAAA.json.gz"),
        gzipSync(changeEvent(contentOf(files, path))),
      );
    },
    verdict: "verified-with-limits",
    findings: ["log-uncovered"],
  },
  {
    what: "a second gzip member with further events",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set(path, Buffer.concat([present(files.get(path), path), gzipSync('{"Records":[]}')]));
    },
    verdict: "altered",
    findings: ["log-trailing-data"],
  },
  {
    what: "bytes after a log file",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set(path, Buffer.concat([present(files.get(path), path), Buffer.alloc(4)]));
    },
    verdict: "altered",
    findings: ["log-trailing-data"],
  },
  {
    what: "a log file cut short",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set(path, present(files.get(path), path).subarray(0, 120));
    },
    verdict: "altered",
    findings: ["log-unreadable"],
  },
  {
    what: "a damaged gzip trailer over proven content",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      const bytes = Buffer.from(present(files.get(path), path));
      bytes.writeUInt32LE(7, bytes.length - 8);
      files.set(path, bytes);
    },
    verdict: "verified-with-limits",
    findings: ["gzip-trailer-damaged"],
  },
  {
    what: "a log file under another name",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set("kept/evidence-1.json.gz", present(files.get(path), path));
      files.delete(path);
    },
    verdict: "verified-with-limits",
    findings: ["log-renamed"],
  },
  {
    what: "a forged log file in the place of one that was put aside",
    mutate: (files) => {
      const path = firstLogOf(files, 2);
      files.set("kept/evidence-1.json.gz", present(files.get(path), path));
      edit(files, path, changeEvent);
    },
    verdict: "altered",
    findings: ["log-hash-mismatch", "log-renamed"],
  },
  {
    what: "a flattened export",
    mutate: flatten,
    verdict: "verified-with-limits",
    findings: ["digest-relocated", "log-renamed"],
  },
  {
    what: "a changed digest",
    mutate: (files) =>
      edit(files, at(digestPaths(files), 2), (text) =>
        text.replace('"oldestEventTime":"2026', '"oldestEventTime":"2025'),
      ),
    verdict: "altered",
    findings: ["digest-hash-mismatch"],
  },
  {
    what: "a changed digest, the newest one",
    mutate: (files) => edit(files, at(digestPaths(files), -1), (text) => text.replace("T09:", "T08:")),
    verdict: "altered",
    findings: ["digest-signature-invalid"],
  },
  {
    what: "a changed newest digest without its signature",
    mutate: (files) => {
      edit(files, at(digestPaths(files), -1), (text) =>
        text.replace('"oldestEventTime":"2026', '"oldestEventTime":"2025'),
      );
      loseMetadata(files, -1);
    },
    verdict: "verified-with-limits",
    findings: ["digest-unsigned", "log-digest-unverified"],
  },
  {
    what: "a digest that is no digest",
    mutate: (files) => edit(files, at(digestPaths(files), 2), (text) => text.slice(0, -1)),
    verdict: "altered",
    findings: ["digest-malformed", "metadata-unmatched", "log-uncovered"],
  },
  {
    what: "a digest with a name given twice",
    mutate: (files) => edit(files, at(digestPaths(files), -1), (text) => text.replace("{", '{"awsAccountId":"0",')),
    verdict: "altered",
    findings: ["digest-malformed", "metadata-unmatched", "log-uncovered"],
  },
  {
    what: "a digest by another algorithm",
    mutate: (files) => edit(files, at(digestPaths(files), -1), (text) => text.replace("SHA256withRSA", "SHA1withRSA")),
    verdict: "not-verifiable",
    findings: ["digest-algorithm", "metadata-unmatched", "log-uncovered"],
  },
  {
    what: "bytes after a digest",
    mutate: (files) => {
      const path = at(digestPaths(files), -1);
      files.set(path, Buffer.concat([present(files.get(path), path), gzipSync("{}")]));
    },
    verdict: "altered",
    findings: ["digest-malformed", "metadata-unmatched", "log-uncovered"],
  },
  {
    what: "a changed signature whose digest the next one vouches for",
    mutate: (files) => {
      const lines = metadataLines(files);
      setMetadata(files, [at(lines, 0).replace(/"signature":"../, '"signature":"00'), ...lines.slice(1)]);
    },
    verdict: "altered",
    findings: ["digest-signature-invalid"],
  },
  {
    what: "metadata that cannot be read",
    mutate: (files) => setMetadata(files, [...metadataLines(files), '{"bucket":']),
    verdict: "verified-with-limits",
    findings: ["metadata-malformed"],
  },
  {
    what: "a list of keys that cannot be read",
    mutate: (files) => files.set(KEY_LIST, Buffer.from("{")),
    verdict: "verified-with-limits",
    findings: ["key-list-malformed"],
  },
  {
    what: "a list that gives a key another period than the trusted one",
    mutate: (files) => endKeysEarly(files, 1),
    verdict: "verified-with-limits",
    findings: ["key-period-differs"],
  },
  {
    what: "digests that ended after their key had",
    pinned: "none",
    mutate: (files) => endKeysEarly(files, 86_400 * 365),
    verdict: "not-verifiable",
    findings: ["digest-key-not-pinned", "digest-key-period"],
  },
  {
    what: "a signed log file with an event of another account",
    mutate: (files) => {
      const newest = at(digestPaths(files), -1);
      const log = at(logsOfDigest(files, newest), 0);
      const before = sha256(contentOf(files, log));
      edit(files, log, (text) => text.replace(/"recipientAccountId":"[0-9]+"/, '"recipientAccountId":"999999999999"'));
      resign(files, newest, "sample eu-west-1 1", (text) => text.replace(before, sha256(contentOf(files, log))));
    },
    verdict: "verified-with-limits",
    findings: ["events-outside-file"],
  },
  {
    what: "a chain that was signed anew with another key, which the export lists",
    plan: { signer: "stranger" },
    pinned: "other",
    verdict: "not-verifiable",
    findings: ["digest-key-not-pinned"],
  },
  {
    what: "a digest of an unknown key that a verified successor names by hash",
    plan: { rotation: 1, hours: 3 },
    pinned: "other",
    verdict: "verified-with-limits",
    findings: ["digest-hash-committed"],
    mutate: (files) => files.delete("public-keys.eu-west-1.json"),
  },
  {
    what: "two histories signed by the pinned key",
    mutate: (files) => {
      const path = at(digestPaths(files), 2);
      resign(files, path, "sample eu-west-1 1", (text) =>
        text.replace('"oldestEventTime":"2026', '"oldestEventTime":"2025'),
      );
    },
    verdict: "conflict",
    findings: ["chain-conflict"],
  },
  {
    what: "two trails of one region, each genuine, with hours between them that neither covers",
    plan: { chains: TWO_TRAILS },
    asked: WHOLE,
    mutate: (files) =>
      drop(files, [...digestsOf(files, "_first_").slice(2), ...digestsOf(files, "_second_").slice(0, 4)]),
    verdict: "verified-with-limits",
    findings: ["chain-gap"],
  },
  {
    what: "two trails of one region that take turns",
    plan: { chains: TWO_TRAILS },
    asked: WHOLE,
    mutate: (files) =>
      drop(files, [...digestsOf(files, "_first_").slice(4), ...digestsOf(files, "_second_").slice(0, 3)]),
    verdict: "verified",
    findings: [],
  },
  {
    what: "a region of which nothing is proven, asked about",
    plan: { chains: ["eu-west-1", "us-east-1"].map((region) => ({ account: "111122223333", region })) },
    asked: WHOLE,
    mutate: (files) => {
      drop(files, digestsOf(files, "_us-east-1_").slice(0, 5));
      setMetadata(
        files,
        metadataLines(files).filter((line) => !line.includes("us-east-1")),
      );
    },
    verdict: "altered",
    findings: ["digest-unsigned", "log-digest-unverified", "window-not-covered"],
  },
  {
    what: "two digests in each other's place",
    mutate: (files) => {
      const [one, other] = [at(digestPaths(files), 2), at(digestPaths(files), 3)];
      const bytes = present(files.get(one), one);
      files.set(one, present(files.get(other), other));
      files.set(other, bytes);
    },
    verdict: "verified-with-limits",
    findings: ["digest-relocated"],
  },
  {
    what: "a genuine digest in the place of the next one, which is gone",
    mutate: (files) => {
      const [one, other] = [at(digestPaths(files), 2), at(digestPaths(files), 3)];
      const bytes = present(files.get(one), one);
      drop(files, [other]);
      files.delete(one);
      files.set(other, bytes);
    },
    verdict: "altered",
    findings: ["digest-relocated", "digest-missing"],
  },
  {
    what: "backfill digests that begin midway",
    plan: { late: [2, 4] },
    mutate: (files) => drop(files, digestsOf(files, "_backfill").slice(0, 1)),
    verdict: "verified-with-limits",
    findings: ["window-starts"],
  },
  {
    what: "a missing backfill digest of the time asked for",
    plan: { late: [2, 4] },
    asked: WHOLE,
    mutate: (files) => drop(files, digestsOf(files, "_backfill").slice(0, 1)),
    verdict: "altered",
    findings: ["digest-missing"],
  },
  {
    what: "a missing backfill digest from before the time asked for",
    plan: { late: [2, 4] },
    asked: { from: "2026-09-14T08:00:00Z", to: WHOLE.to },
    mutate: (files) => drop(files, digestsOf(files, "_backfill").slice(0, 1)),
    verdict: "verified",
    findings: [],
  },
  {
    what: "a backfill digest of which nothing says when it was made",
    plan: { late: [2] },
    asked: WHOLE,
    mutate: (files) =>
      setMetadata(
        files,
        metadataLines(files).map((line) => line.replace(/,"backfill-generation-timestamp":"[^"]*"/, "")),
      ),
    verdict: "verified-with-limits",
    findings: ["metadata-malformed"],
  },
  {
    what: "two digests signed for one object",
    mutate: (files) => {
      const path = at(digestPaths(files), -1);
      const copy = new Map(files);
      resign(copy, path, "sample eu-west-1 1", (text) => text.replace('"logFiles":[', '"logFiles":[ '));
      files.set(`second/${path}`, present(copy.get(path), path));
      setMetadata(files, [...metadataLines(files), at(metadataLines(copy), -1)]);
    },
    verdict: "conflict",
    findings: ["chain-conflict"],
  },
];

describe("the verdict and exactly the findings of", () => {
  it.each(CASES)("$what", MAKING_KEYS, async ({ plan = {}, mutate, pinned = "all", asked, verdict, findings }) => {
    const { files, publicKeys } = exported(plan);
    mutate?.(files);
    const other = plan.rotation === undefined ? exported().publicKeys : listOf(publicKeys, 1);
    const keys = { all: publicKeys, none: undefined, other }[pinned];
    const { result } = await judgeExport(files, keys, asked ?? null);
    const found = result.findings.map(({ code }) => code).filter((code) => code !== "chain-end-open");
    expect(found, JSON.stringify(result.findings, null, 1)).toEqual(findings);
    expect(result.verdict).toBe(verdict);
  });
});

/** The list with one of its keys alone. */
function listOf(list: Buffer, index: number): Buffer {
  const { PublicKeyList } = JSON.parse(list.toString("utf8")) as { PublicKeyList: unknown[] };
  return Buffer.from(JSON.stringify({ PublicKeyList: [PublicKeyList[index]] }));
}

it("names the times whose log files are changed or missing", MAKING_KEYS, async () => {
  const { files, publicKeys } = exported();
  files.delete(firstLogOf(files, 2));
  edit(files, firstLogOf(files, 3), changeEvent);
  const { result } = await judgeExport(files, publicKeys);
  expect(result.chains.map(({ altered }) => altered)).toEqual([
    [
      { from: "2026-09-14T06:41:27Z", to: "2026-09-14T07:41:27Z" },
      { from: "2026-09-14T07:41:27Z", to: "2026-09-14T08:41:27Z" },
    ],
  ]);
});

it("shows the events that stopped and started a trail beside the gap", async () => {
  const { files, publicKeys } = exported({ stopped: [2, 4] });
  const { result } = await judgeExport(files, publicKeys);
  const [chain] = result.chains;
  expect(chain?.gaps).toMatchObject([
    {
      from: "2026-09-14T06:41:27Z",
      to: "2026-09-14T08:41:27Z",
      events: [{ name: "StopLogging" }, { name: "StartLogging" }],
    },
  ]);
});

it("gives the rows of each file the verdict of the file", async () => {
  const { files, publicKeys } = exported({ metadata: "lost" });
  const altered = firstLogOf(files, 2);
  edit(files, altered, changeEvent);
  const unproven = firstLogOf(files, -1);
  const { rows } = await judgeExport(files, publicKeys);
  const verdicts = new Map(rows.map(({ path, verdict }) => [path, verdict]));
  expect(verdicts.get(altered)).toBe("altered");
  expect(verdicts.get(unproven)).toBe("not-verifiable");
  const rest = logPaths(files).filter(
    (path) => path !== altered && !logsOfDigest(files, at(digestPaths(files), -1)).includes(path),
  );
  expect(new Set(rest.map((path) => verdicts.get(path)))).toEqual(new Set(["verified"]));
});

it("keeps chains of regions, accounts and backfill apart", async () => {
  const chains = ["eu-west-1", "us-east-1"].map((region) => ({ account: "111122223333", region }));
  const { files, publicKeys } = exported({ chains, late: [2] });
  const { result } = await judgeExport(files, publicKeys);
  expect(result.chains.map(({ id }) => id)).toEqual([
    "111122223333/eu-west-1/org_trail.main@eu-west-1",
    "111122223333/eu-west-1/org_trail.main@eu-west-1/backfill",
    "111122223333/us-east-1/org_trail.main@us-east-1",
    "111122223333/us-east-1/org_trail.main@us-east-1/backfill",
  ]);
  expect(result.keys).toHaveLength(2);
  expect(ONE_CHAIN.hours).toBe(result.chains[0]?.digests);
});

describe("heads that were seen before", () => {
  const seen = "2026-09-20T00:00:00Z";

  it("agree with an export that ends with them or goes on", async () => {
    const { files, publicKeys } = exported();
    const { heads } = await judgeExport(files, publicKeys);
    expect(heads).toHaveLength(1);
    const known = heads.map((head) => ({ ...head, seenAt: seen }));
    const { result } = await judgeExport(files, publicKeys, null, known);
    expect(result.checks.find(({ name }) => name === "anchors")).toMatchObject({ verdict: "verified", checked: 1 });
    expect(result.findings.map(({ code }) => code)).toEqual(["chain-end-open"]);
  });

  it("show that an export was cut, or is an older one", async () => {
    const { files, publicKeys } = exported();
    const known = (await judgeExport(files, publicKeys)).heads.map((head) => ({ ...head, seenAt: seen }));
    const newest = at(digestPaths(files), -1);
    for (const path of [...logsOfDigest(files, newest), newest]) files.delete(path);
    setMetadata(files, metadataLines(files).slice(0, -1));
    const { result } = await judgeExport(files, publicKeys, null, known);
    expect(result.verdict).toBe("verified-with-limits");
    expect(result.findings.map(({ code }) => code)).toEqual(["chain-end-open", "older-export"]);
  });

  it("agree with a digest that is there and only lost its signature", async () => {
    const { files, publicKeys } = exported();
    const known = (await judgeExport(files, publicKeys)).heads.map((head) => ({ ...head, seenAt: seen }));
    loseMetadata(files, 0);
    const { result } = await judgeExport(files, publicKeys, null, known);
    expect(result.findings.map(({ code }) => code)).toEqual([
      "digest-unsigned",
      "log-digest-unverified",
      "chain-end-open",
    ]);
  });

  it("show that one key signed two histories", async () => {
    const { files, publicKeys } = exported();
    const known = (await judgeExport(files, publicKeys)).heads.map((head) => ({ ...head, seenAt: seen }));
    resign(files, at(digestPaths(files), -1), "sample eu-west-1 1", (text) => text.replace("[", "[ "));
    const { result } = await judgeExport(files, publicKeys, null, known);
    expect(result.verdict).toBe("conflict");
  });

  it("say nothing under a key that is not pinned", async () => {
    const { files, publicKeys } = exported();
    const known = (await judgeExport(files, publicKeys)).heads.map((head) => ({ ...head, seenAt: seen }));
    const { heads, result } = await judgeExport(files, undefined, null, known);
    expect(heads).toEqual([]);
    expect(result.checks.find(({ name }) => name === "anchors")?.verdict).toBe("not-attempted");
  });
});
