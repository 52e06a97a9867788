import { gzipSync } from "node:zlib";

import { beforeAll, describe, expect, it } from "vitest";

import { concatBytes, formatHex } from "../../../core/encoding/bytes.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { leafHash } from "../../../core/merkle/hash.ts";
import { type BundleVerdict } from "../../../core/model/verdict.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../core/signing/checkpoint.ts";
import { formatEnvelope, parseEnvelope, signEnvelope } from "../../../core/signing/dsse.ts";
import { formatNote, parseNote } from "../../../core/signing/note.ts";
import { signNote, type SigningKey } from "../../../core/signing/signing-key.ts";
import {
  judge,
  linesOf,
  memoryBundle,
  rewriteManifests,
  segmentsOf,
  setLines,
  type MemoryBundle,
} from "../../support/memory-bundle.ts";
import { testKey, trusting } from "../../support/sealed-bundle.ts";

const LIMITS = ["not-stamped", "not-witnessed"];
const COUNTS = [4, 5, 3];
const SEGMENT_0 = "data/segments/00000000000000000000.jsonl";
const SEGMENT_1 = "data/segments/00000000000000000006.jsonl";
const SEGMENT_2 = "data/segments/00000000000000000013.jsonl";
const TREE_SIZE = 18;

let base: MemoryBundle;
let packed: MemoryBundle;
let foreign: MemoryBundle;

beforeAll(async () => {
  base = await memoryBundle(COUNTS);
  packed = await memoryBundle(COUNTS, { encoding: "gzip" });
  const key = testKey("example.com/other", 9);
  foreign = await memoryBundle(COUNTS, { key, origin: key.verifier.name });
});

interface Row {
  readonly id: string;
  readonly what: string;
  readonly mutate: (bundle: MemoryBundle) => void;
  readonly verdict: BundleVerdict;
  /** Exactly these findings, but for the two limits every bundle has that no witness and no stamp confirms. */
  readonly findings: readonly { readonly code: string; readonly index?: number; readonly endIndex?: number }[];
  readonly from?: "packed";
  readonly keys?: readonly SigningKey[];
}

function editLines(path: string, edit: (lines: string[]) => string[]): (bundle: MemoryBundle) => void {
  return (bundle) => setLines(bundle, path, edit(linesOf(bundle, path)));
}

function changeByte(line: string): string {
  return line.replace("read", "road");
}

function removeTiles(bundle: MemoryBundle): void {
  for (const path of [...bundle.keys()]) if (path.startsWith("data/tile/")) bundle.delete(path);
}

function recomputeTile(bundle: MemoryBundle): void {
  const leaves = segmentsOf(bundle).flatMap((path) =>
    linesOf(bundle, path).map((line) => leafHash(platformHash, Buffer.from(line))),
  );
  bundle.set(`data/tile/0/000.p/${TREE_SIZE}`, Buffer.from(concatBytes(...leaves)));
}

function editNote(path: string, edit: (text: string) => string): (bundle: MemoryBundle) => void {
  return (bundle) => bundle.set(path, Buffer.from(edit(bundle.get(path)?.toString("utf8") ?? "")));
}

function swap(bundle: MemoryBundle, one: string, other: string): void {
  const [first, second] = [bundle.get(one), bundle.get(other)];
  bundle.set(one, second ?? Buffer.alloc(0));
  bundle.set(other, first ?? Buffer.alloc(0));
}

function signOtherHistory(bundle: MemoryBundle): void {
  const note = parseNote(bundle.get("data/checkpoint") ?? Buffer.alloc(0));
  const other = { ...parseCheckpoint(note.text), root: new Uint8Array(32).fill(1) };
  bundle.set("data/checkpoint", Buffer.from(formatNote(signNote(formatCheckpoint(other), [testKey()]))));
  rewriteManifests(bundle);
}

function keepWitnessOnly(bundle: MemoryBundle): void {
  for (const [path, bytes] of bundle) {
    if (!/^data\/checkpoint(s\/|$)/.test(path)) continue;
    bundle.set(path, Buffer.from(formatNote(signNote(parseNote(bytes).text, [testKey("example.net/witness", 5)]))));
  }
}

/** The exporter withholds records: the statement, signed by the log's key, lists them and pins the manifest made anew. */
function stateWithheld(bundle: MemoryBundle, withheld: readonly object[]): void {
  rewriteManifests(bundle);
  const { payload, payloadType } = parseEnvelope(bundle.get("statement.dsse.json") ?? Buffer.alloc(0));
  const statement = JSON.parse(Buffer.from(payload).toString()) as {
    subject: { name: string; digest: { sha256: string } }[];
    predicate: object;
  };
  for (const { name, digest } of statement.subject) {
    digest.sha256 = formatHex(platformHash(bundle.get(name) ?? Buffer.alloc(0)));
  }
  const changed = { ...statement, predicate: { ...statement.predicate, withheld } };
  const envelope = signEnvelope(payloadType, Buffer.from(JSON.stringify(changed)), [testKey()]);
  bundle.set("statement.dsse.json", Buffer.from(formatEnvelope(envelope)));
  rewriteManifests(bundle);
}

const NEWEST_NOTE = `data/checkpoints/${TREE_SIZE}`;

const ROWS: readonly Row[] = [
  {
    id: "T01",
    what: "one byte of a record",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(3, changeByte(lines[3] ?? ""))),
    verdict: "altered",
    findings: [{ code: "record-altered", index: 9 }],
  },
  {
    id: "T02",
    what: "an edit with tiles and manifests made anew",
    mutate: (bundle) => {
      editLines(SEGMENT_1, (lines) => lines.with(3, changeByte(lines[3] ?? "")))(bundle);
      recomputeTile(bundle);
      rewriteManifests(bundle);
    },
    verdict: "altered",
    findings: [{ code: "content-altered", index: 6 }],
  },
  {
    id: "T03",
    what: "two records removed",
    mutate: editLines(SEGMENT_1, (lines) => lines.toSpliced(2, 2)),
    verdict: "altered",
    findings: [{ code: "records-missing", index: 8, endIndex: 9 }],
  },
  {
    id: "T04",
    what: "a record added",
    mutate: editLines(SEGMENT_1, (lines) => lines.toSpliced(2, 0, '{"actor":"ghost"}')),
    verdict: "altered",
    findings: [{ code: "records-added", index: 7 }],
  },
  {
    id: "T05",
    what: "two records in each other's place",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(1, lines[4] ?? "").with(4, lines[1] ?? "")),
    verdict: "altered",
    findings: [{ code: "records-reordered", index: 7, endIndex: 10 }],
  },
  {
    id: "T05b",
    what: "two neighbours exchanged",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(2, lines[3] ?? "").with(3, lines[2] ?? "")),
    verdict: "altered",
    findings: [{ code: "records-reordered", index: 8, endIndex: 9 }],
  },
  {
    id: "T06",
    what: "a record written twice",
    mutate: editLines(SEGMENT_1, (lines) => lines.toSpliced(3, 0, lines[2] ?? "")),
    verdict: "altered",
    findings: [{ code: "record-duplicated", index: 8 }],
  },
  {
    id: "T07",
    what: "the tail cut inside the last segment",
    mutate: editLines(SEGMENT_2, (lines) => lines.slice(0, 2)),
    verdict: "altered",
    findings: [{ code: "tail-missing", index: 15, endIndex: 17 }],
  },
  {
    id: "T09",
    what: "the first segment dropped",
    mutate: (bundle) => bundle.delete(SEGMENT_0),
    verdict: "altered",
    findings: [{ code: "head-missing", index: 0, endIndex: 5 }],
  },
  {
    id: "T09b",
    what: "a middle segment dropped from lists, too",
    mutate: (bundle) => {
      bundle.delete(SEGMENT_1);
      rewriteManifests(bundle);
    },
    verdict: "altered",
    findings: [{ code: "records-missing", index: 6, endIndex: 12 }],
  },
  {
    id: "T13",
    what: "two signed histories of one size",
    mutate: signOtherHistory,
    verdict: "conflict",
    findings: [{ code: "two-histories" }],
  },
  {
    id: "T16",
    what: "two segments in each other's place",
    mutate: (bundle) => swap(bundle, SEGMENT_0, SEGMENT_1),
    verdict: "altered",
    findings: [{ code: "segment-misplaced" }, { code: "segment-misplaced" }],
  },
  {
    id: "T17",
    what: "a segment of another log",
    mutate: (bundle) => bundle.set(SEGMENT_1, foreign.get(SEGMENT_1) ?? Buffer.alloc(0)),
    verdict: "altered",
    findings: [{ code: "segment-foreign" }],
  },
  {
    id: "T18",
    what: "nothing, but nobody pinned the key",
    mutate: () => undefined,
    keys: [],
    verdict: "not-verifiable",
    findings: [{ code: "key-not-pinned" }],
  },
  {
    id: "T19",
    what: "nothing, but another key of that log is pinned",
    mutate: () => undefined,
    keys: [testKey(undefined, 8)],
    verdict: "not-verifiable",
    findings: [{ code: "key-substituted" }],
  },
  {
    id: "T20",
    what: "a signature that claims the pinned key",
    mutate: (bundle) => {
      for (const path of ["data/checkpoint", NEWEST_NOTE]) {
        editNote(path, (text) => text.replace(/\n18\n/, "\n17\n"))(bundle);
      }
      bundle.set("data/checkpoints/17", bundle.get(NEWEST_NOTE) ?? Buffer.alloc(0));
      bundle.delete(NEWEST_NOTE);
      for (const size of [6, 13]) bundle.delete(`data/checkpoints/${size}`);
      rewriteManifests(bundle);
    },
    verdict: "altered",
    findings: [{ code: "signature-invalid" }, { code: "signature-invalid" }],
  },
  {
    id: "T21",
    what: "the log's signatures replaced by those of a witness",
    mutate: (bundle) => {
      keepWitnessOnly(bundle);
      bundle.delete("statement.dsse.json");
      rewriteManifests(bundle);
    },
    verdict: "not-verifiable",
    findings: [{ code: "log-signature-missing" }],
  },
  {
    id: "T21b",
    what: "the same, where the log's own statement still pins its checkpoint",
    mutate: (bundle) => {
      keepWitnessOnly(bundle);
      rewriteManifests(bundle);
    },
    verdict: "altered",
    findings: [{ code: "log-signature-missing" }, { code: "file-altered" }],
  },
  {
    id: "T22",
    what: "a further signature line, added after the export",
    mutate: (bundle) => {
      const note = parseNote(bundle.get("data/checkpoint") ?? Buffer.alloc(0));
      const extra = signNote(note.text, [testKey("example.net/unknown", 5)]);
      const both = { ...note, signatures: [...note.signatures, ...extra.signatures] };
      bundle.set("data/checkpoint", Buffer.from(formatNote(both)));
      rewriteManifests(bundle);
    },
    verdict: "altered",
    findings: [{ code: "unknown-signatures" }, { code: "file-altered" }],
  },
  {
    id: "T35",
    what: "a withheld line with another digest",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(2, `~${Buffer.alloc(32, 3).toString("base64")}`)),
    verdict: "altered",
    findings: [
      { code: "withheld-digest-wrong", index: 8 },
      { code: "withheld-unlisted", index: 8, endIndex: 8 },
    ],
  },
  {
    id: "T36",
    what: "a record withheld, with its reason in the statement",
    mutate: (bundle) => {
      editLines(SEGMENT_1, (lines) => {
        const leaf = leafHash(platformHash, Buffer.from(lines[2] ?? ""));
        return lines.with(2, `~${Buffer.from(leaf).toString("base64")}`);
      })(bundle);
      stateWithheld(bundle, [{ index: 8, reason: "privileged", authority: "court order 7" }]);
    },
    verdict: "verified-with-limits",
    findings: [{ code: "records-withheld", index: 8, endIndex: 8 }],
  },
  {
    id: "T37",
    what: "a record withheld after the export, without a reason",
    mutate: editLines(SEGMENT_1, (lines) => {
      const leaf = leafHash(platformHash, Buffer.from(lines[2] ?? ""));
      return lines.with(2, `~${Buffer.from(leaf).toString("base64")}`);
    }),
    verdict: "verified-with-limits",
    findings: [{ code: "withheld-unlisted", index: 8, endIndex: 8 }, { code: "segment-repacked" }],
  },
  {
    id: "T43",
    what: "line endings converted",
    mutate: editLines(SEGMENT_1, (lines) => lines.map((line) => `${line}\r`)),
    verdict: "altered",
    findings: [{ code: "line-endings-converted" }],
  },
  {
    id: "T43b",
    what: "a byte order mark and blank lines",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(0, `\ufeff${lines[0] ?? ""}`).toSpliced(3, 0, "")),
    verdict: "altered",
    findings: [{ code: "line-endings-converted" }],
  },
  {
    id: "T43c",
    what: "the last line feed removed",
    mutate: (bundle) => bundle.set(SEGMENT_2, bundle.get(SEGMENT_2)?.subarray(0, -1) ?? Buffer.alloc(0)),
    verdict: "altered",
    findings: [{ code: "line-feed-missing", index: 17 }],
  },
  {
    id: "T44",
    what: "the file written anew by a tool",
    mutate: editLines(SEGMENT_1, (lines) => lines.map((line) => line.replaceAll(":", ": "))),
    verdict: "altered",
    findings: [{ code: "file-rewritten", index: 6, endIndex: 12 }],
  },
  {
    id: "T45",
    what: "a second gzip member",
    from: "packed",
    mutate: (bundle) =>
      bundle.set(`${SEGMENT_1}.gz`, Buffer.concat([bundle.get(`${SEGMENT_1}.gz`) ?? Buffer.alloc(0), gzipSync("x")])),
    verdict: "refused",
    findings: [{ code: "gzip-hidden-data" }],
  },
  {
    id: "T47",
    what: "a segment packed anew",
    from: "packed",
    mutate: (bundle) => {
      const content = base.get(SEGMENT_1) ?? Buffer.alloc(0);
      bundle.set(`${SEGMENT_1}.gz`, gzipSync(content, { level: 1 }));
    },
    verdict: "verified-with-limits",
    findings: [{ code: "segment-repacked" }],
  },
  {
    id: "T48",
    what: "a payload file that no list names",
    mutate: (bundle) => bundle.set("data/extra.txt", Buffer.from("x")),
    verdict: "altered",
    findings: [{ code: "unlisted-file" }],
  },
  {
    id: "T48b",
    what: "a line of the manifest removed",
    mutate: editLines("manifest-sha256.txt", (lines) => lines.slice(1)),
    verdict: "altered",
    findings: [{ code: "unlisted-file" }],
  },
  {
    id: "T48c",
    what: "a line of the manifest written twice",
    mutate: editLines("manifest-sha256.txt", (lines) => [...lines, lines[0] ?? ""]),
    verdict: "altered",
    findings: [{ code: "duplicate-listing" }],
  },
  {
    id: "T49",
    what: "the export description removed",
    mutate: (bundle) => bundle.delete("statement.dsse.json"),
    verdict: "verified-with-limits",
    findings: [{ code: "statement-missing" }],
  },
  {
    id: "T49b",
    what: "the export description of another exporter",
    mutate: (bundle) => {
      bundle.set("statement.dsse.json", foreign.get("statement.dsse.json") ?? Buffer.alloc(0));
      rewriteManifests(bundle);
    },
    verdict: "verified-with-limits",
    findings: [{ code: "statement-not-trusted" }],
  },
  ...["018", "0x12", "-18", "1e1", "9007199254740993", ""].map((size): Row => ({
    id: "T57",
    what: `a checkpoint of size "${size}"`,
    mutate: editNote("data/checkpoint", (text) => text.replace(/\n18\n/, `\n${size}\n`)),
    verdict: "refused",
    findings: [{ code: "checkpoint-malformed" }],
  })),
  {
    id: "T61",
    what: "base64 with another spelling in a note",
    mutate: editNote("data/checkpoint", (text) => text.replace(/=\n$/, "\n")),
    verdict: "refused",
    findings: [{ code: "checkpoint-malformed" }],
  },
  {
    id: "T61b",
    what: "base64 with another spelling in a withheld line",
    mutate: editLines(SEGMENT_1, (lines) => lines.with(2, `~${"A".repeat(42)}B=`)),
    verdict: "refused",
    findings: [
      { code: "record-altered", index: 8 },
      { code: "withheld-malformed", index: 8 },
    ],
  },
  {
    id: "fetch",
    what: "a list of files to fetch",
    mutate: (bundle) => bundle.set("fetch.txt", Buffer.from("https://example.com 1 data/x\n")),
    verdict: "refused",
    findings: [{ code: "fetch-file" }],
  },
];

describe("the tamper table", () => {
  it("finds nothing in the intact bundle but what it lacks", async () => {
    for (const bundle of [base, packed]) {
      const { result, rows } = await judge(bundle, trusting(testKey()));
      expect(result.verdict).toBe("verified-with-limits");
      expect(result.findings.map(({ code }) => code).sort()).toEqual(LIMITS);
      expect(result.counts).toEqual({ records: TREE_SIZE, segments: 3, withheld: 0, absent: 0 });
      expect(rows.map(({ verdict, exceptions }) => [verdict, exceptions.size])).toEqual(
        Array(3).fill(["with-limits", 0]),
      );
      expect(result.checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    }
  });

  it.each(ROWS.map((row) => [`${row.id} ${row.what}`, row] as const))(
    "%s",
    async (_name, { mutate, verdict, findings, from, keys }) => {
      const bundle = new Map(from === "packed" ? packed : base);
      mutate(bundle);
      const { result } = await judge(bundle, trusting(...(keys ?? [testKey()])));
      const found = result.findings.filter(({ code }) => !LIMITS.includes(code));
      const shown = found.map(({ code, where: { index, endIndex } }) => ({ code, index, endIndex }));
      expect(shown.map(({ code }) => code).sort()).toEqual(findings.map(({ code }) => code).sort());
      for (const place of findings) {
        if (place.index !== undefined) expect(shown).toContainEqual(expect.objectContaining(place));
      }
      expect(result.verdict).toBe(verdict);
      const bag = result.checks.find(({ name }) => name === "bag");
      expect(bag?.note.endsWith("present with the listed digests") ?? false).toBe(bag?.verdict === "verified");
    },
  );

  it("marks exactly the altered row; every other one is as good as the proof of the whole bundle", async () => {
    const bundle = new Map(base);
    editLines(SEGMENT_1, (lines) => lines.with(3, changeByte(lines[3] ?? "")))(bundle);
    const { rows } = await judge(bundle, trusting(testKey()));
    expect(rows.map(({ verdict }) => verdict)).toEqual(["with-limits", "with-limits", "with-limits"]);
    expect(rows.map(({ exceptions }) => [...exceptions])).toEqual([[], [[3, "altered"]], []]);
  });

  it("marks a withheld record as withheld", async () => {
    const bundle = new Map(base);
    ROWS.find(({ id }) => id === "T36")?.mutate(bundle);
    const { result, rows } = await judge(bundle, trusting(testKey()));
    expect(result.counts).toMatchObject({ records: TREE_SIZE, withheld: 1 });
    expect(rows.map(({ exceptions }) => [...exceptions])).toEqual([[], [[2, "withheld"]], []]);
  });

  it("says where an altered record lies: segment, line and byte", async () => {
    const bundle = new Map(base);
    editLines(SEGMENT_1, (lines) => lines.with(3, changeByte(lines[3] ?? "")))(bundle);
    const { result } = await judge(bundle, trusting(testKey()));
    const altered = result.findings.find(({ code }) => code === "record-altered");
    const offset = linesOf(base, SEGMENT_1).slice(0, 3).join("\n").length + 1;
    expect(altered?.where).toEqual({ segment: 1, index: 9, file: SEGMENT_1, line: 4, offset });
    expect(altered?.expected).not.toBe(altered?.found);
  });

  it("without tiles still says which segment was changed", async () => {
    const bundle = new Map(base);
    removeTiles(bundle);
    editLines(SEGMENT_1, (lines) => lines.with(3, changeByte(lines[3] ?? "")))(bundle);
    rewriteManifests(bundle);
    const { result, rows } = await judge(bundle, trusting(testKey()));
    expect(result.findings.map(({ code }) => code)).toContain("content-altered");
    expect(rows.map(({ verdict }) => verdict)).toEqual(["with-limits", "altered", "altered"]);
  });
});
