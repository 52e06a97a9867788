/**
 * Ways to change an export of CloudTrail. Files are found by name and changed as bytes; nothing here goes through the
 * verifier's readers.
 */
import { gunzipSync, gzipSync } from "node:zlib";

import { platformHash, platformRsaVerify } from "../bundle/platform-crypto.ts";
import { memoryContainer } from "../bundle/memory-container.ts";
import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { parseInstant } from "../model/time.ts";
import { BUNDLE_VERDICTS, type BundleVerdict, type VerifyResult } from "../model/verdict.ts";
import { parsePublicKeyList, type ListedKey } from "../signing/public-key-list.ts";
import { verifyCloudTrail } from "../verification/cloudtrail.ts";
import { buildExport, type ExportFiles, type ExportPlan } from "./cloudtrail-corpus.ts";
import { type SelfTestClass } from "../model/self-test.ts";
import { SeededRandom } from "./seeded-random.ts";

interface CloudTrailClass {
  readonly id: string;
  readonly what: string;
  /** The best verdict that the change allows. */
  readonly atBest: BundleVerdict;
  readonly apply: (files: ExportFiles, random: SeededRandom) => void;
}

const CASES = 40;
const GOOD_EXPORTS = 8;
const METADATA = "object-metadata.jsonl";
const HOURS = 8;
/** Inside what the digests of the corpus prove: an intact export is verified without a finding. */
const ASKED = { from: moment("2026-09-14T05:00:00Z"), to: moment("2026-09-14T12:00:00Z") };

const pick = (random: SeededRandom, files: ExportFiles, part: string, atEnd = 0): string => {
  const paths = [...files.keys()].filter((path) => path.includes(part)).sort();
  return present(paths[random.integer(0, paths.length - atEnd)], "an export has files of every kind");
};
const DIGESTS = "/CloudTrail-Digest/";
const LOGS = "/CloudTrail/";
const bytesOf = (files: ExportFiles, path: string): Buffer => present(files.get(path), "a file of the export");

/** Changes one bit of what a compressed file holds, and packs it anew. */
function flipInside(files: ExportFiles, random: SeededRandom, path: string): void {
  const content = gunzipSync(bytesOf(files, path));
  const offset = random.integer(0, content.length);
  content[offset] = (content[offset] ?? 0) ^ (1 << random.integer(0, 8));
  files.set(path, gzipSync(content));
}

const CLASSES: readonly CloudTrailClass[] = [
  {
    id: "log-changed",
    what: "one bit of a log file",
    atBest: "altered",
    apply: (files, random) => flipInside(files, random, pick(random, files, LOGS)),
  },
  {
    id: "log-removed",
    what: "a log file taken out",
    atBest: "altered",
    apply: (files, random) => files.delete(pick(random, files, LOGS)),
  },
  {
    id: "log-appended",
    what: "a second compressed file behind a log file",
    atBest: "altered",
    apply: (files, random) => {
      const path = pick(random, files, LOGS);
      files.set(path, Buffer.concat([bytesOf(files, path), gzipSync('{"Records":[{"eventName":"StopLogging"}]}')]));
    },
  },
  {
    id: "log-cut",
    what: "a log file that ends early",
    atBest: "altered",
    apply: (files, random) => {
      const path = pick(random, files, LOGS);
      const bytes = bytesOf(files, path);
      files.set(path, bytes.subarray(0, random.integer(12, bytes.length - 8)));
    },
  },
  {
    id: "log-added",
    what: "a log file that CloudTrail did not deliver",
    atBest: "verified-with-limits",
    apply: (files, random) => {
      const path = pick(random, files, LOGS);
      const added = path.replace(/_[^_]+\.json\.gz$/, "_AAAAAAAAAAAAAAAA.json.gz");
      files.set(added, gzipSync(`{"Records":[{"eventName":"n${random.integer(0, 1_000_000)}"}]}`));
    },
  },
  {
    id: "digest-changed",
    what: "one bit of a digest",
    atBest: "not-verifiable",
    apply: (files, random) => flipInside(files, random, pick(random, files, DIGESTS)),
  },
  {
    id: "digest-removed",
    what: "a digest between others taken out",
    atBest: "altered",
    apply: (files, random) => {
      const path = pick(random, files, DIGESTS, 1);
      const paths = [...files.keys()].filter((other) => other.includes(DIGESTS)).sort();
      files.delete(path === paths[0] ? present(paths[1], "an export has several digests") : path);
    },
  },
  {
    id: "digest-swapped",
    what: "two digests in each other's place",
    atBest: "verified-with-limits",
    apply: (files, random) => {
      const [one, other] = [
        pick(random, files, DIGESTS, 1),
        [...files.keys()]
          .filter((p) => p.includes(DIGESTS))
          .sort()
          .at(-1),
      ];
      const last = present(other, "an export has digests");
      const kept = bytesOf(files, one);
      files.set(one, bytesOf(files, last));
      files.set(last, kept);
    },
  },
  {
    id: "tail-cut",
    what: "the newest digest and its signature taken out, and the time after it asked for",
    atBest: "altered",
    apply: (files) => {
      const newest = present(
        [...files.keys()]
          .filter((path) => path.includes(DIGESTS))
          .sort()
          .at(-1),
        "a digest",
      );
      files.delete(newest);
      const lines = bytesOf(files, METADATA).toString("utf8").split("\n");
      files.set(METADATA, Buffer.from(lines.filter((line) => !newest.endsWith(keyIn(line))).join("\n")));
    },
  },
  {
    id: "signature-changed",
    what: "one digit of a kept signature",
    atBest: "verified-with-limits",
    apply: (files, random) => {
      const lines = bytesOf(files, METADATA).toString("utf8").split("\n");
      const at = random.integer(0, lines.length - 1);
      lines[at] = (lines[at] ?? "").replace(
        /"signature":"(.)/,
        (_, digit: string) => `"signature":"${digit === "0" ? "1" : "0"}`,
      );
      files.set(METADATA, Buffer.from(lines.join("\n")));
    },
  },
  {
    id: "signed-anew",
    what: "the whole export signed by another key, which it lists",
    atBest: "not-verifiable",
    apply: (files) => {
      const forged = buildExport(planOf("impostor", 0)).files;
      files.clear();
      for (const [path, bytes] of forged) files.set(path, bytes);
    },
  },
];

/** Verifies a seeded corpus of exports and counts the errors of the verifier. Throws `cancelled`. */
export async function cloudTrailClasses(seed: string, work: LongWork): Promise<readonly SelfTestClass[]> {
  const good = Array.from({ length: GOOD_EXPORTS }, (_, number) => buildExport(planOf("self-test", number)));
  const keys = parsePublicKeyList(present(good[0], "there are good exports").publicKeys);
  let falseAlarms = 0;
  for (const { files } of good) {
    throwIfCancelled(work.signal);
    const result = await verify(files, keys);
    if (result?.verdict !== "verified" || result.findings.length > 0) falseAlarms += 1;
  }
  const classes: SelfTestClass[] = [];
  for (const { id, what, atBest, apply } of CLASSES) {
    let missed = 0;
    for (let number = 0; number < CASES; number += 1) {
      throwIfCancelled(work.signal);
      const { files } = present(good[number % good.length], "there are good exports");
      const changed: ExportFiles = new Map(files);
      apply(changed, new SeededRandom(`${seed} cloudtrail ${id} ${number}`));
      if (isMissed(await verify(changed, keys), atBest)) missed += 1;
    }
    const name = `cloudtrail-${id}`;
    classes.push({ id: name, what, format: "cloudtrail", missed, of: CASES, falseAlarms, ofGood: GOOD_EXPORTS });
  }
  return classes;
}

function planOf(signer: string, number: number): ExportPlan {
  const chains = [{ account: "111122223333", region: "eu-west-1" }];
  return { seed: 100 + number, chains, hours: HOURS, signer, logsAnHour: 3, eventsALog: 4 };
}

async function verify(files: ExportFiles, pinnedKeys: readonly ListedKey[]): Promise<VerifyResult | undefined> {
  const means = { hash: platformHash, rsa: platformRsaVerify, pinnedKeys, asked: ASKED, knownHeads: null };
  return (await verifyCloudTrail(memoryContainer("export", files), means))?.result;
}

function isMissed(result: VerifyResult | undefined, atBest: BundleVerdict): boolean {
  if (result === undefined) return false;
  const isTooGood = BUNDLE_VERDICTS.indexOf(result.verdict) < BUNDLE_VERDICTS.indexOf(atBest);
  return isTooGood || result.findings.length === 0;
}

/** The key that a line of the metadata is about, as the text after its name; a line without one is about nothing. */
function keyIn(line: string): string {
  return /"key":"([^"]+)"/.exec(line)?.[1] ?? "\n";
}

function moment(text: string): NonNullable<ReturnType<typeof parseInstant>> {
  return present(parseInstant(text), "the constant is a time");
}
