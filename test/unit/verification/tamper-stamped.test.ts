import { beforeAll, describe, expect, it } from "vitest";

import { formatCustodyStatement } from "../../../core/bundle/custody-statement.ts";
import { formatDisclosure, formatDisclosures } from "../../../core/bundle/disclosures.ts";
import { formatCustodyPath, formatDisclosuresPath } from "../../../core/bundle/layout.ts";
import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../../core/bundle/statement.ts";
import { formatTrustedRoot } from "../../../core/bundle/trusted-root.ts";
import { encodeUtf8 } from "../../../core/encoding/utf8.ts";
import { leafHash, nodeHash } from "../../../core/merkle/hash.ts";
import { present } from "../../../core/model/assert.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import {
  fileOf,
  linesOf,
  rewriteManifests,
  rewriteTiles,
  segmentsOf,
  setLines,
  sha256,
  type BagBytes,
} from "../../../core/selftest/bag-bytes.ts";
import { corpusKey, LOG_KEY, sealStampedBundle, SELFTEST_ORIGIN, WITNESS_KEYS } from "../../../core/selftest/corpus.ts";
import { exportAnew, joinNote, signatureLine, splitNote } from "../../../core/selftest/forgery.ts";
import { examinerMeans } from "../../../core/selftest/run.ts";
import { cosignatureBlob, isCosignerKey } from "../../../core/signing/cosignature.ts";
import { formatEnvelope, parseEnvelope, signEnvelope } from "../../../core/signing/dsse.ts";
import { signingKey, type SigningKey } from "../../../core/signing/signing-key.ts";
import { formatPolicy, parsePolicy } from "../../../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { type KnownState, type SealedLogMeans } from "../../../core/verification/means.ts";
import { verifyBundle, verifyBundleOutline } from "../../../core/verification/verify-bundle.ts";

const CHECKPOINT = "data/checkpoint";
const TRUSTED_ROOT = "data/keys/trusted_root.json";
const PERSON = corpusKey("people.example/custodian", "custodian");
const TREE_SIZE = 18;
const NEWEST_CHECKPOINT = `data/checkpoints/${TREE_SIZE}`;
const LOG_AS_WITNESS = signingKey(platformHash, SELFTEST_ORIGIN, LOG_KEY.seed, COSIGNATURE_TYPE);

let base: BagBytes;

beforeAll(async () => {
  base = await sealStampedBundle({ seed: "first", counts: [4, 5, 3], encoding: "plain" });
});

interface Row {
  readonly id: string;
  readonly what: string;
  readonly mutate?: (bag: BagBytes) => void;
  readonly means?: (means: SealedLogMeans) => SealedLogMeans;
  readonly verdict: BundleVerdict;
  readonly findings: readonly string[];
}

/** What someone does who holds the log's key: manifests and statement fit the change. */
function exported(
  mutate: (bag: BagBytes) => void,
  edit?: (predicate: Record<string, unknown>) => void,
): (bag: BagBytes) => void {
  return (bag) => {
    mutate(bag);
    exportAnew(bag, LOG_KEY, edit);
  };
}

function editSecondSegment(edit: (lines: string[]) => string[]): (bag: BagBytes) => void {
  return (bag) => {
    const path = present(segmentsOf(bag)[1], "a second segment");
    setLines(bag, path, edit(linesOf(bag, path)));
  };
}

function leafOf(line: string): Uint8Array {
  return leafHash(platformHash, encodeUtf8(line));
}

function withheldLine(digest: Uint8Array): string {
  return `~${Buffer.from(digest).toString("base64")}`;
}

/** The newest state with the log's own signature alone, and beside it a note that only witnesses signed. */
function cosignBeside(change: (text: string) => string): (bag: BagBytes) => void {
  return (bag) => {
    const { text, lines } = splitNote(fileOf(bag, CHECKPOINT));
    const seen = change(text);
    bag.set(CHECKPOINT, joinNote(text, lines.slice(0, 1)));
    const cosignatures = WITNESS_KEYS.map((key) => cosignatureLine(seen, key));
    bag.set(NEWEST_CHECKPOINT, joinNote(seen, cosignatures));
  };
}

/** The line by which a witness says that it saw this state, two hours after noon of the day on which it was signed. */
function cosignatureLine(text: string, { verifier, seed }: SigningKey): string {
  const key = { seed, verifier: present(isCosignerKey(verifier) ? verifier : null, "a witness's key") };
  const blob = cosignatureBlob(text, BigInt(Date.UTC(2026, 5, 1, 14) / 1_000), key);
  return `— ${verifier.name} ${Buffer.concat([Buffer.from(verifier.id, "hex"), blob]).toString("base64")}\n`;
}

function withValidity(validity: string): (bag: BagBytes) => void {
  return exported((bag) => {
    const text = fileOf(bag, TRUSTED_ROOT).toString("utf8");
    bag.set(TRUSTED_ROOT, Buffer.from(text.replace(/"start": "[^"]*"/, validity)));
  });
}

/** The examiner holds another state of this log, under the same key. */
function holding(state: Partial<KnownState>): (means: SealedLogMeans) => SealedLogMeans {
  const held: KnownState = {
    vkey: formatVerifierKey(LOG_KEY.verifier),
    origin: SELFTEST_ORIGIN,
    size: TREE_SIZE,
    root: "00".repeat(32),
    seenAt: "2026-02-01T00:00:00Z",
    statedAt: null,
    ...state,
  };
  return (means) => ({ ...means, knownStates: [held] });
}

/** RFC 8878 §3.1.1: one raw block, two bytes of content size unless the descriptor says otherwise. */
function zstdFrame(content: Uint8Array, header: Uint8Array = sizeHeader(content)): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffd", "hex"), header, block, content]);
}

function sizeHeader(content: Uint8Array): Buffer {
  const header = Buffer.of(0x60, 0, 0);
  header.writeUInt16LE(content.length - 256, 1);
  return header;
}

function packedAsZstd(frameOf: (content: Buffer) => Buffer): (bag: BagBytes) => void {
  return exported((bag) => {
    const path = present(segmentsOf(bag)[1], "a second segment");
    const frame = frameOf(fileOf(bag, path));
    bag.delete(path);
    bag.set(`${path}.zst`, frame);
  });
}

function receive(bag: BagBytes, actions: readonly string[]): void {
  const { payload } = parseEnvelope(fileOf(bag, "statement.dsse.json"));
  let previous: string | null = null;
  for (const [position, action] of actions.entries()) {
    const entry = formatCustodyStatement({
      statementSha256: sha256(payload).toString("hex"),
      previous,
      action,
      startTime: "2026-07-03T00:00:00Z",
      endTime: "2026-07-03T00:00:00Z",
      performer: PERSON.verifier.name,
      instrument: "",
      location: "",
      object: "the bundle",
      result: "received",
    });
    const envelope = Buffer.from(formatEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, entry, [PERSON])));
    bag.set(formatCustodyPath(position + 1), envelope);
    previous = sha256(envelope).toString("hex");
  }
}

/** Three entries of custody, and what became of them. */
function custody(
  change: (bag: BagBytes, paths: readonly [string, string, string]) => void,
): Pick<Row, "mutate" | "means"> {
  return {
    mutate: (bag) => {
      receive(bag, ["received", "copied", "stored"]);
      change(bag, [formatCustodyPath(1), formatCustodyPath(2), formatCustodyPath(3)]);
    },
    means: (means) => ({ ...means, pinnedKeys: [...means.pinnedKeys, PERSON.verifier] }),
  };
}

const ROWS: readonly Row[] = [
  {
    id: "T09d",
    what: "the first segment dropped under a minimum index that names no range",
    mutate: (bag) => {
      const path = present(segmentsOf(bag)[0], "a first segment");
      const count = linesOf(bag, path).length;
      bag.delete(path);
      exportAnew(bag, LOG_KEY, (predicate) => {
        predicate["log"] = { ...(predicate["log"] as object), minimumIndex: count }; // as the writer made it
      });
    },
    verdict: "altered",
    findings: ["head-missing"],
  },
  {
    id: "T08",
    what: "an export made after a state that it does not reach",
    means: holding({ size: 99, statedAt: "2025-06-01T00:00:00Z" }),
    verdict: "altered",
    findings: ["tail-cut"],
  },
  {
    id: "T08b",
    what: "the last segment left out under an older checkpoint: nothing shows it but the missing time stamp",
    mutate: exported(
      (bag) => {
        for (const path of [...bag.keys()]) if (/checkpoints\/18|segments\/0+13\./.test(path)) bag.delete(path);
        bag.set(CHECKPOINT, fileOf(bag, "data/checkpoints/13"));
        rewriteTiles(bag);
      },
      (predicate) => {
        predicate["log"] = { ...(predicate["log"] as object), treeSize: 13 };
      },
    ),
    verdict: "verified-with-limits",
    findings: ["not-stamped"],
  },
  {
    id: "T13",
    what: "a state of the same size with another root, seen before",
    means: holding({}),
    verdict: "conflict",
    findings: ["two-histories"],
  },
  {
    id: "T14",
    what: "a smaller state, seen before, that this history does not continue",
    means: holding({ size: 6 }),
    verdict: "conflict",
    findings: ["two-histories"],
  },
  {
    id: "T14b",
    what: "a smaller state, seen before, that ends in the midst of a segment",
    means: holding({ size: 8 }),
    verdict: "conflict",
    findings: ["two-histories"],
  },
  {
    id: "T15",
    what: "an older genuine export than the one seen before",
    means: holding({ size: 99, statedAt: "2027-06-01T00:00:00Z" }),
    verdict: "verified-with-limits",
    findings: ["older-export"],
  },
  {
    id: "T15b",
    what: "a larger state, seen before, of which no time is known",
    means: holding({ size: 99 }),
    verdict: "verified-with-limits",
    findings: ["older-export"],
  },
  {
    id: "T21c",
    what: "every checkpoint gone",
    mutate: (bag) => {
      for (const path of [...bag.keys()]) if (path.startsWith(CHECKPOINT)) bag.delete(path);
      bag.delete("statement.dsse.json");
      rewriteManifests(bag);
    },
    verdict: "not-verifiable",
    findings: ["checkpoint-missing"],
  },
  {
    id: "T22",
    what: "a further signature line by an unknown key",
    mutate: exported((bag) => {
      const { text, lines } = splitNote(fileOf(bag, CHECKPOINT));
      bag.set(CHECKPOINT, joinNote(text, [...lines, signatureLine(text, corpusKey("unknown.example", "nobody"))]));
    }),
    verdict: "verified",
    findings: ["unknown-signatures"],
  },
  {
    id: "T24b",
    what: "witnesses that saw another root of the same size, in a note that the log never signed",
    mutate: exported(
      cosignBeside((text) => text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(32, 7).toString("base64")}\n`)),
    ),
    verdict: "verified-with-limits",
    findings: ["checkpoint-unproven", "quorum-not-met"],
  },
  {
    id: "T24c",
    what: "witnesses that saw another log with the same root",
    mutate: exported(cosignBeside((text) => text.replace(SELFTEST_ORIGIN, "other.example/log"))),
    verdict: "verified-with-limits",
    findings: ["checkpoint-unproven", "quorum-not-met"],
  },
  {
    id: "T24d",
    what: "witnesses that saw this state, in a note that the log never signed",
    mutate: exported(cosignBeside((text) => text)),
    verdict: "verified-with-limits",
    findings: ["checkpoint-unproven"],
  },
  {
    id: "T24e",
    what: "the log itself as its witness",
    mutate: exported((bag) => {
      const { text, lines } = splitNote(fileOf(bag, CHECKPOINT));
      bag.set(CHECKPOINT, joinNote(text, [...lines.slice(0, 1), cosignatureLine(text, LOG_AS_WITNESS)]));
      bag.delete(NEWEST_CHECKPOINT);
    }),
    means: (means) => {
      const policy = formatPolicy([], [formatVerifierKey(LOG_AS_WITNESS.verifier)], 1);
      return { ...means, policies: [parsePolicy(platformHash, encodeUtf8(policy))] };
    },
    verdict: "verified-with-limits",
    findings: ["quorum-not-met"],
  },
  {
    id: "T26b",
    what: "a note of key rotation that cannot be read",
    mutate: exported((bag) => {
      bag.set("data/keys/rotation-1.note", Buffer.from("hi"));
    }),
    verdict: "verified-with-limits",
    findings: ["rotation-malformed"],
  },
  {
    id: "T26c",
    what: "a note of key rotation that was changed on the way, so that it cannot be read",
    mutate: (bag) => {
      bag.set("data/keys/rotation-1.note", Buffer.from("hi"));
      exportAnew(bag, LOG_KEY);
      bag.set("data/keys/rotation-1.note", Buffer.from("ho"));
    },
    verdict: "altered",
    findings: ["file-altered", "rotation-malformed"],
  },
  {
    id: "T26d",
    what: "a smaller state with another root, signed by a key that only the bundle states",
    mutate: exported((bag) => {
      const impostor = corpusKey(SELFTEST_ORIGIN, "an impostor");
      const text = splitNote(fileOf(bag, "data/checkpoints/6")).text.replace(/\n[^\n]+\n$/, `\n${"A".repeat(43)}=\n`);
      bag.set("data/checkpoints/6", joinNote(text, [signatureLine(text, impostor)]));
      const keys = [LOG_KEY, impostor].map(({ verifier }) => ({ key: verifier }));
      bag.set(TRUSTED_ROOT, Buffer.from(formatTrustedRoot(platformHash, keys)));
    }),
    verdict: "verified-with-limits",
    findings: ["checkpoint-unproven"],
  },
  {
    id: "T27",
    what: "a state signed before its key was valid",
    mutate: withValidity('"start": "2036-01-01T00:00:00Z"'),
    verdict: "not-verifiable",
    findings: ["key-outside-validity"],
  },
  {
    id: "T27b",
    what: "a state signed after its key had ended",
    mutate: withValidity('"start": "2020-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"'),
    verdict: "not-verifiable",
    findings: ["key-outside-validity"],
  },
  {
    id: "T31b",
    what: "a time stamp that is none",
    mutate: exported((bag) => {
      bag.set(`data/checkpoints/${TREE_SIZE}.tsr`, Buffer.from("no token"));
    }),
    verdict: "verified-with-limits",
    findings: ["time-stamp-malformed"],
  },
  {
    id: "T32",
    what: "a certificate under the time stamp that has expired since",
    means: (means) => ({ ...means, nowMs: Date.UTC(2200, 0, 1) }),
    verdict: "verified",
    findings: ["time-stamp-certificate-expired"],
  },
  {
    id: "T34",
    what: "an interior node in place of the two records under it",
    mutate: exported(
      editSecondSegment((lines) => {
        const node = nodeHash(platformHash, leafOf(lines[2] ?? ""), leafOf(lines[3] ?? ""));
        return lines.toSpliced(2, 2, withheldLine(node));
      }),
      (predicate) => {
        predicate["withheld"] = [{ index: 8, reason: "privileged", authority: "court order 7" }];
      },
    ),
    verdict: "altered",
    findings: ["records-missing", "records-withheld", "withheld-digest-wrong"],
  },
  {
    id: "T36",
    what: "a record withheld with its reason",
    mutate: exported(
      editSecondSegment((lines) => lines.with(2, withheldLine(leafOf(lines[2] ?? "")))),
      (predicate) => {
        predicate["withheld"] = [{ index: 8, reason: "privileged", authority: "court order 7" }];
      },
    ),
    verdict: "verified-with-limits",
    findings: ["records-withheld"],
  },
  {
    id: "T38",
    what: "a disclosed value that its record did not commit to",
    mutate: exported((bag) => {
      const disclosure = formatDisclosure("AAAAAAAAAAAAAAAAAAAAAA", "email", "b@example.com");
      const disclosures = formatDisclosures([{ index: 8, disclosures: [disclosure] }]);
      bag.set(formatDisclosuresPath(0), Buffer.from(disclosures));
    }),
    verdict: "altered",
    findings: ["disclosure-wrong"],
  },
  {
    id: "T46",
    what: "a second zstd frame",
    mutate: packedAsZstd((content) => Buffer.concat([zstdFrame(content), zstdFrame(content)])),
    verdict: "refused",
    findings: ["zstd-hidden-data"],
  },
  {
    id: "T46b",
    what: "a skippable zstd frame",
    mutate: packedAsZstd((content) => Buffer.concat([zstdFrame(content), Buffer.from("502a4d1801000000ff", "hex")])),
    verdict: "refused",
    findings: ["zstd-hidden-data"],
  },
  {
    id: "T46c",
    what: "a zstd frame that needs a dictionary",
    mutate: packedAsZstd((content) => zstdFrame(content, Buffer.of(0x61, 7, ...sizeHeader(content).subarray(1)))),
    verdict: "refused",
    findings: ["zstd-unsupported"],
  },
  {
    id: "T46d",
    what: "a zstd frame with a window of 2^41 bytes",
    mutate: packedAsZstd((content) => zstdFrame(content, Buffer.of(0x40, 0xf8, ...sizeHeader(content).subarray(1)))),
    verdict: "refused",
    findings: ["too-large"],
  },
  {
    id: "T48d",
    what: "a byte order mark before the list of files",
    mutate: (bag) => {
      bag.set("manifest-sha256.txt", Buffer.concat([Buffer.from("\ufeff"), fileOf(bag, "manifest-sha256.txt")]));
    },
    verdict: "altered",
    findings: ["manifest-malformed"],
  },
  {
    id: "T49c",
    what: "a statement about another size of the log",
    mutate: exported(
      () => undefined,
      (predicate) => {
        predicate["log"] = { ...(predicate["log"] as object), treeSize: TREE_SIZE - 1 };
      },
    ),
    verdict: "verified-with-limits",
    findings: ["statement-mismatch"],
  },
  {
    id: "T50",
    what: "a custody entry removed",
    ...custody((bag, [, second]) => bag.delete(second)),
    verdict: "altered",
    findings: ["custody-broken"],
  },
  {
    id: "T50b",
    what: "a custody entry edited by the one who signed it",
    ...custody((bag, [first]) => {
      const kept = new Map(bag);
      receive(bag, ["never received"]);
      for (const [path, bytes] of kept) if (path !== first) bag.set(path, bytes);
    }),
    verdict: "altered",
    findings: ["custody-broken"],
  },
  {
    id: "T50c",
    what: "two custody entries in each other's place: neither names the one before it, nor does the third",
    ...custody((bag, [first, second]) => {
      const [one, other] = [fileOf(bag, first), fileOf(bag, second)];
      bag.set(first, other);
      bag.set(second, one);
    }),
    verdict: "altered",
    findings: ["custody-broken", "custody-broken", "custody-broken"],
  },
  {
    id: "T50d",
    what: "the last custody entry removed, which nothing shows",
    ...custody((bag, [, , third]) => bag.delete(third)),
    verdict: "verified",
    findings: [],
  },
  {
    id: "T58c",
    what: "a list of the log's keys for another hash algorithm",
    mutate: exported((bag) => {
      const text = fileOf(bag, TRUSTED_ROOT).toString("utf8");
      bag.set(TRUSTED_ROOT, Buffer.from(text.replace("SHA2_256", "SHA1")));
    }),
    verdict: "verified-with-limits",
    findings: ["algorithm-not-accepted"],
  },
  {
    id: "T58",
    what: "a statement about another hash algorithm",
    mutate: exported(
      () => undefined,
      (predicate) => {
        predicate["log"] = { ...(predicate["log"] as object), hashAlgorithm: "SHA1" };
      },
    ),
    verdict: "verified-with-limits",
    findings: ["algorithm-not-accepted"],
  },
];

describe("the tamper table, on a bundle that is witnessed and stamped", () => {
  it.each(ROWS.map((row) => [`${row.id} ${row.what}`, row] as const))(
    "%s",
    async (_name, { mutate, means, verdict, findings }) => {
      const bag = new Map(base);
      mutate?.(bag);
      const trusted = means?.(examinerMeans()) ?? examinerMeans();
      const { result } = present(await verifyBundle(memoryContainer("bundle", bag), trusted), "a bundle");
      expect(result.findings.map(({ code }) => code).sort()).toEqual(findings);
      expect(result.verdict).toBe(verdict);
      const outline = await verifyBundleOutline(memoryContainer("bundle", bag), trusted);
      expect(outline?.result).toEqual(result);
    },
  );
});
