import { fileOf, linesOf, rewriteManifests, segmentsOf, setLines, sha256, type BagBytes } from "./bag-bytes.ts";
import { corpusKey, LOG_KEY, SELFTEST_ORIGIN } from "./corpus.ts";
import { exportAnew, joinNote, signatureLine, splitNote } from "./forgery.ts";
import { leafOf, rootOf } from "./relog.ts";
import { recordIn, segmentWith } from "./segment-edits.ts";
import { type SeededRandom } from "./seeded-random.ts";
import { type TamperCase, type TamperClass } from "./tamper-class.ts";

const CHECKPOINT = "data/checkpoint";
const NEXT_KEY = corpusKey(SELFTEST_ORIGIN, "the log's next key");
/** The hashes of the perfect subtrees over leaves from index 0 on (RFC 9162 §2.1), largest first. */
function subtrees(leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length === 0) return [];
  const width = 2 ** Math.floor(Math.log2(leaves.length));
  return [rootOf(leaves.slice(0, width)), ...subtrees(leaves.slice(width))];
}

/** What the first segment's absence is stated by. */
interface StatedAbsence {
  readonly compactRange: readonly string[];
  readonly chainAfter: string;
  readonly lastTime: string;
  readonly [name: string]: unknown;
}

/** Leaves the first segment out under a rule, with the hashes that stand for it but for what `edit` changes. */
function expireHead(bag: BagBytes, period: string, edit: (absence: StatedAbsence) => object): void {
  const [first = "", second = ""] = segmentsOf(bag);
  const lines = linesOf(bag, first);
  const opened = JSON.parse(linesOf(bag, second)[0] ?? "") as { readonly chain: string };
  const sealed = JSON.parse(lines.at(-1) ?? "") as { readonly lastTime: string };
  const absence = {
    firstIndex: 0,
    endIndex: lines.length,
    reason: "retention-expired",
    policyRef: "R7",
    compactRange: subtrees(lines.map(leafOf)).map((hash) => hash.toString("base64")),
    chainBefore: Buffer.alloc(32).toString("base64"),
    chainAfter: opened.chain,
    checkpoint: `data/checkpoints/${lines.length}`,
    firstTime: null,
    lastTime: sealed.lastTime,
  };
  bag.delete(first);
  exportAnew(bag, LOG_KEY, (predicate) => {
    predicate["absent"] = [edit(absence)];
    predicate["retention"] = { policyId: "R7", rules: [{ class: "R7", period }], expiredBefore: null };
  });
}

/** Puts the digest of a record in its place, and states it as withheld. */
export function withholdOne(bag: BagBytes, random: SeededRandom): void {
  withhold(bag, random, 1);
}

/** Puts the digest of `count` records in their place, and states it as withheld. */
function withhold(bag: BagBytes, random: SeededRandom, count: 1 | 2): void {
  const { path, lines } = segmentWith({ bag, random }, count);
  const at = recordIn(random, lines, count - 1);
  const leaves = lines.slice(at, at + count).map(leafOf);
  const digest = count === 1 ? leaves[0] : sha256(Uint8Array.of(1), ...leaves);
  setLines(bag, path, lines.toSpliced(at, count, `~${digest?.toString("base64") ?? ""}`));
  const index = Number(/[0-9]{20}/.exec(path)?.[0]) + at;
  exportAnew(bag, LOG_KEY, (predicate) => {
    predicate["withheld"] = [{ index, reason: "privileged", authority: "court order 7" }];
  });
}

/** Hands the last state over to another key by a note that only this key signed. */
function usurp({ bag }: TamperCase): void {
  const { text, lines } = splitNote(fileOf(bag, CHECKPOINT));
  const size = Number(text.split("\n")[1]);
  const others = lines.slice(1);
  for (const path of [CHECKPOINT, `data/checkpoints/${size}`]) {
    bag.set(path, joinNote(text, [signatureLine(text, NEXT_KEY), ...others]));
  }
  const before = Number(/[0-9]{20}/.exec(segmentsOf(bag).at(-1) ?? "")?.[0]);
  const rotation = [
    "https://assay.example/key-rotation@v1",
    `origin ${SELFTEST_ORIGIN}`,
    `from ${vkeyOf(LOG_KEY)}`,
    `to ${vkeyOf(NEXT_KEY)}`,
    `size ${before}`,
    "time 2026-07-01T00:00:00Z",
    "reason scheduled",
    "",
  ].join("\n");
  bag.set("data/keys/rotation-1.note", joinNote(rotation, [signatureLine(rotation, NEXT_KEY)]));
  rewriteManifests(bag);
  bag.delete("statement.dsse.json");
  rewriteManifests(bag);
}

function vkeyOf({ verifier }: typeof LOG_KEY): string {
  const { name, id, publicKey } = verifier;
  return `${name}+${id}+${Buffer.concat([Uint8Array.of(1), publicKey]).toString("base64")}`;
}

/** What is said of a log beside its records: what is absent or withheld, and who signs now. */
export const STATEMENT_CLASSES: readonly TamperClass[] = [
  {
    id: "T10",
    what: "a segment left out under a rule, with other hashes",
    atBest: "altered",
    codes: ["absent-range-wrong"],
    minSegments: 2,
    apply: ({ bag, random }) => {
      expireHead(bag, "P1D", (absence) => {
        const compactRange = [...absence.compactRange];
        compactRange[random.integer(0, compactRange.length)] = random.bytes(32).toString("base64");
        return { ...absence, compactRange };
      });
    },
  },
  {
    id: "T10-chain",
    what: "a segment left out under a rule, with another chain",
    atBest: "altered",
    codes: ["absent-range-wrong"],
    minSegments: 2,
    apply: ({ bag, random }) => {
      expireHead(bag, "P1D", (absence) => ({ ...absence, chainAfter: random.bytes(32).toString("base64") }));
    },
  },
  {
    id: "T11",
    what: "a segment left out under a rule",
    atBest: "verified-with-limits",
    codes: ["records-absent"],
    minSegments: 2,
    apply: ({ bag }) => expireHead(bag, "PT0S", (absence) => absence),
  },
  {
    id: "T12",
    what: "a segment left out before its time was over",
    atBest: "verified-with-limits",
    codes: ["removed-too-early"],
    minSegments: 2,
    apply: ({ bag, random }) => expireHead(bag, `P${random.integer(1, 99)}Y`, (absence) => absence),
  },
  {
    id: "T22",
    what: "a signature line by an unknown key",
    atBest: "verified",
    codes: ["unknown-signatures"],
    apply: ({ bag, random }) => {
      const { text, lines } = splitNote(fileOf(bag, CHECKPOINT));
      const stranger = corpusKey("stranger.example", `stranger ${random.integer(0, 1_000)}`);
      bag.set(CHECKPOINT, joinNote(text, [...lines, signatureLine(text, stranger)]));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T26",
    what: "the newest state signed by a key that the log's key did not name",
    atBest: "not-verifiable",
    codes: ["rotation-not-authorised"],
    minSegments: 2,
    apply: usurp,
  },
  {
    id: "T34",
    what: "an interior node in place of two records",
    atBest: "altered",
    codes: ["records-missing", "records-withheld", "withheld-digest-wrong"],
    minRecords: 2,
    apply: ({ bag, random }) => withhold(bag, random, 2),
  },
  {
    id: "T36",
    what: "a record withheld with its reason",
    atBest: "verified-with-limits",
    codes: ["records-withheld"],
    apply: ({ bag, random }) => withholdOne(bag, random),
  },
  {
    id: "T38",
    what: "a disclosed value that its record did not commit to",
    atBest: "altered",
    codes: ["disclosure-wrong"],
    apply: (tampered) => {
      const { bag, random } = tampered;
      const { path, lines } = segmentWith(tampered, 1);
      const first = /[0-9]{20}/.exec(path)?.[0] ?? "";
      const index = Number(first) + recordIn(random, lines);
      const disclosure = Buffer.from(JSON.stringify([random.bytes(16).toString("base64url"), "email", "a@b.example"]));
      const line = { index, disclosures: [disclosure.toString("base64url")] };
      bag.set(`data/disclosures/${first}.jsonl`, Buffer.from(`${JSON.stringify(line)}\n`));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T58",
    what: "a statement about another hash algorithm",
    atBest: "verified-with-limits",
    codes: ["algorithm-not-accepted"],
    apply: ({ bag }) => {
      exportAnew(bag, LOG_KEY, (predicate) => {
        predicate["log"] = { ...(predicate["log"] as object), hashAlgorithm: "SHA1" }; // as the writer made it
      });
    },
  },
];
