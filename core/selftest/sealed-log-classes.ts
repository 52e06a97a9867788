/**
 * Ways to change a sealed log, by the rows of the tamper table (docs/verdicts.md explains the codes): record content and
 * order, files of the bag, signatures and what stands beside them. Each is applied at places that a seeded source chooses.
 */
import { type BundleVerdict } from "../model/verdict.ts";
import { type SealedLogMeans } from "../verification/means.ts";
import {
  fileOf,
  linesOf,
  plainGzip,
  rewriteManifests,
  rewriteTiles,
  segmentsOf,
  setLines,
  setText,
  sha256,
  type BagBytes,
} from "./bag-bytes.ts";
import { LOG_KEY, WITNESS_KEYS } from "./corpus.ts";
import { exportAnew, joinNote, signatureLine, splitNote } from "./forgery.ts";
import { type SeededRandom } from "./seeded-random.ts";

/** A case to change: a bundle of the corpus, a copy of its own, and what an attacker has besides. */
export interface TamperCase {
  readonly bag: BagBytes;
  readonly random: SeededRandom;
  /** A bundle of another log. */
  readonly foreign: BagBytes;
  /** A bundle of a log with the same name and another key. */
  readonly impostor: BagBytes;
  /** Another bundle of the same log. */
  readonly sibling: BagBytes;
}

export interface TamperClass {
  /** Row of the tamper table. */
  readonly id: string;
  readonly what: string;
  /** The best verdict that the change allows. */
  readonly atBest: BundleVerdict;
  /** Exactly the codes of the findings, each once; null when they depend on the place. */
  readonly codes: readonly string[] | null;
  readonly apply: (tampered: TamperCase) => void;
  /** Bundles that the change is possible on. */
  readonly packing?: "plain" | "gzip";
  readonly minSegments?: number;
  /** Records that some segment must have, apart from the log's own. */
  readonly minRecords?: number;
  /** What the examiner trusts in this class. */
  readonly means?: (means: SealedLogMeans) => SealedLogMeans;
}

const CHECKPOINT = "data/checkpoint";
const TRUSTED_ROOT = "data/keys/trusted_root.json";
const MANIFEST = "manifest-sha256.txt";

function pick<T>(random: SeededRandom, items: readonly T[]): T {
  const item = items[random.integer(0, items.length)];
  if (item === undefined) throw new Error("the corpus has no place for this change");
  return item;
}

/** A segment with at least so many records of the logged system, and its lines. */
function segmentWith(
  { bag, random }: TamperCase,
  records: number,
): { readonly path: string; readonly lines: string[] } {
  const segments = segmentsOf(bag).map((path) => ({ path, lines: linesOf(bag, path) }));
  return pick(
    random,
    segments.filter(({ lines }) => lines.length - 2 >= records),
  );
}

/** A position in a segment's lines that is neither its open nor its seal record. */
function recordIn(random: SeededRandom, lines: readonly string[], spare = 0): number {
  return random.integer(1, lines.length - 1 - spare);
}

function changeLetter(random: SeededRandom, line: string): string {
  const letters = [...line.matchAll(/[a-z]/g)].map(({ index }) => index);
  const at = pick(random, letters);
  const other = line[at] === "z" ? "y" : "z";
  return line.slice(0, at) + other + line.slice(at + 1);
}

function editRecord(tampered: TamperCase): void {
  const { path, lines } = segmentWith(tampered, 1);
  const at = recordIn(tampered.random, lines);
  setLines(tampered.bag, path, lines.with(at, changeLetter(tampered.random, lines[at] ?? "")));
}

function editLines(records: number, edit: (lines: string[], random: SeededRandom) => string[]) {
  return (tampered: TamperCase): void => {
    const { path, lines } = segmentWith(tampered, records);
    setLines(tampered.bag, path, edit(lines, tampered.random));
  };
}

function editText(edit: (text: string) => string) {
  return (tampered: TamperCase): void => {
    const { path, lines } = segmentWith(tampered, 1);
    setText(tampered.bag, path, edit(lines.map((line) => `${line}\n`).join("")));
  };
}

/** Paths of all checkpoint notes. */
function notesOf(bag: BagBytes): string[] {
  return [...bag.keys()].filter((path) => path === CHECKPOINT || /^data\/checkpoints\/[0-9]+$/.test(path));
}

function editNotes(bag: BagBytes, edit: (text: string, lines: readonly string[]) => Buffer): void {
  for (const path of notesOf(bag)) {
    const { text, lines } = splitNote(fileOf(bag, path));
    bag.set(path, edit(text, lines));
  }
}

/** Changes one byte of the signature in a line, after the key id. */
function damageLine(line: string, random: SeededRandom): string {
  const at = line.lastIndexOf(" ") + 1;
  const blob = Buffer.from(line.slice(at), "base64");
  const byte = random.integer(4, blob.length);
  blob[byte] = (blob[byte] ?? 0) ^ (1 << random.integer(0, 8));
  return `${line.slice(0, at)}${blob.toString("base64")}\n`;
}

function isWitnessLine(line: string): boolean {
  return WITNESS_KEYS.some(({ verifier }) => line.startsWith(`— ${verifier.name} `));
}

function replaceFile(bag: BagBytes, path: string, edit: (text: string) => string): void {
  bag.set(path, Buffer.from(edit(fileOf(bag, path).toString("utf8"))));
}

function swapFiles(bag: BagBytes, one: string, other: string): void {
  const [first, second] = [fileOf(bag, one), fileOf(bag, other)];
  bag.set(one, second);
  bag.set(other, first);
}

function withhold(line: string): string {
  return `~${sha256(Uint8Array.of(0), Buffer.from(line)).toString("base64")}`;
}

function stampPath(bag: BagBytes): string {
  return [...bag.keys()].find((path) => path.endsWith(".tsr")) ?? "";
}

function becomes(bag: BagBytes, other: BagBytes): void {
  bag.clear();
  for (const [path, bytes] of other) bag.set(path, bytes);
}

/** Leaves the last segment out, as an export made before it would have done, but for the statement. */
function cutTail({ bag }: TamperCase): void {
  const last = segmentsOf(bag).at(-1) ?? "";
  const first = Number(/[0-9]{20}/.exec(last)?.[0]);
  bag.delete(last);
  for (const path of [...bag.keys()]) {
    if (Number(/^data\/checkpoints\/([0-9]+)/.exec(path)?.[1]) > first) bag.delete(path);
  }
  bag.set(CHECKPOINT, fileOf(bag, `data/checkpoints/${first}`));
  rewriteTiles(bag);
  rewriteManifests(bag);
}

/** Signs another root for the newest state with the log's own key. */
function fork({ bag, random }: TamperCase): void {
  const { text } = splitNote(fileOf(bag, CHECKPOINT));
  const [origin = "", size = ""] = text.split("\n");
  const other = `${origin}\n${size}\n${random.bytes(32).toString("base64")}\n`;
  bag.set(CHECKPOINT, joinNote(other, [signatureLine(other, LOG_KEY)]));
  exportAnew(bag, LOG_KEY);
}

export const SEALED_LOG_CLASSES: readonly TamperClass[] = [
  { id: "T01", what: "a byte of a record", atBest: "altered", codes: ["record-altered"], apply: editRecord },
  {
    id: "T02",
    what: "a byte of a record, with tiles and manifests made anew",
    atBest: "altered",
    codes: ["content-altered"],
    apply: (tampered) => {
      editRecord(tampered);
      rewriteTiles(tampered.bag);
      rewriteManifests(tampered.bag);
    },
  },
  {
    id: "T03",
    what: "records removed",
    atBest: "altered",
    codes: ["records-missing"],
    apply: editLines(1, (lines, random) => {
      const at = recordIn(random, lines);
      return lines.toSpliced(at, random.integer(1, lines.length - at));
    }),
  },
  {
    id: "T04",
    what: "a record added",
    atBest: "altered",
    codes: ["records-added"],
    apply: editLines(1, (lines, random) =>
      lines.toSpliced(recordIn(random, lines), 0, `{"actor":"ghost-${random.integer(0, 1_000_000)}"}`),
    ),
  },
  {
    id: "T05",
    what: "two records in each other's place",
    atBest: "altered",
    codes: ["records-reordered"],
    minRecords: 2,
    apply: editLines(2, (lines, random) => {
      const at = recordIn(random, lines, 1);
      const other = random.integer(at + 1, lines.length - 1);
      return lines.with(at, lines[other] ?? "").with(other, lines[at] ?? "");
    }),
  },
  {
    id: "T06",
    what: "a record twice",
    atBest: "altered",
    codes: ["record-duplicated"],
    apply: editLines(1, (lines, random) => {
      const at = recordIn(random, lines);
      return lines.toSpliced(recordIn(random, lines), 0, lines[at] ?? "");
    }),
  },
  {
    id: "T07",
    what: "the last records removed",
    atBest: "altered",
    codes: ["tail-missing"],
    apply: ({ bag, random }) => {
      const path = segmentsOf(bag).at(-1) ?? "";
      const lines = linesOf(bag, path);
      setLines(bag, path, lines.slice(0, random.integer(1, lines.length)));
    },
  },
  {
    id: "T08",
    what: "the last segment left out and an older checkpoint put for the newest",
    atBest: "verified-with-limits",
    codes: null,
    minSegments: 2,
    apply: cutTail,
  },
  {
    id: "T09",
    what: "the first segment left out",
    atBest: "altered",
    codes: ["head-missing"],
    minSegments: 2,
    apply: ({ bag }) => {
      bag.delete(segmentsOf(bag)[0] ?? "");
      rewriteManifests(bag);
    },
  },
  { id: "T13", what: "a second history, signed by the log", atBest: "conflict", codes: ["two-histories"], apply: fork },
  {
    id: "T16",
    what: "two segments in each other's place",
    atBest: "altered",
    codes: ["segment-misplaced"],
    minSegments: 2,
    apply: ({ bag }) => {
      const [first = "", second = ""] = segmentsOf(bag);
      swapFiles(bag, first, second);
      rewriteManifests(bag);
    },
  },
  {
    id: "T17",
    what: "a segment of another log",
    atBest: "altered",
    codes: ["segment-foreign"],
    packing: "plain",
    apply: ({ bag, foreign, random }) => {
      bag.set(pick(random, segmentsOf(bag)), fileOf(foreign, pick(random, segmentsOf(foreign))));
      rewriteManifests(bag);
    },
  },
  {
    id: "T18",
    what: "everything of another log",
    atBest: "not-verifiable",
    codes: ["key-not-pinned"],
    apply: ({ bag, foreign }) => becomes(bag, foreign),
  },
  {
    id: "T19",
    what: "everything signed anew by another key of the same name",
    atBest: "not-verifiable",
    codes: ["key-substituted"],
    apply: ({ bag, impostor }) => becomes(bag, impostor),
  },
  {
    id: "T20",
    what: "a signature of the log damaged",
    atBest: "altered",
    codes: ["signature-invalid"],
    apply: ({ bag, random }) => {
      editNotes(bag, (text, lines) => joinNote(text, lines.with(0, damageLine(lines[0] ?? "", random))));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T21",
    what: "the log's signature left out of every note",
    atBest: "not-verifiable",
    codes: ["log-signature-missing"],
    apply: ({ bag }) => {
      editNotes(bag, (text, lines) => joinNote(text, lines.filter(isWitnessLine)));
      rewriteManifests(bag);
      bag.delete("statement.dsse.json");
      rewriteManifests(bag);
    },
  },
  {
    id: "T23",
    what: "the signature of a witness damaged",
    atBest: "altered",
    codes: ["witness-signature-invalid"],
    apply: ({ bag, random }) => {
      editNotes(bag, (text, lines) => {
        const damaged = lines.findIndex(isWitnessLine);
        return joinNote(text, lines.with(damaged, damageLine(lines[damaged] ?? "", random)));
      });
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T24",
    what: "a witness of the quorum left out",
    atBest: "verified-with-limits",
    codes: ["quorum-not-met"],
    apply: ({ bag, random }) => {
      const missing = pick(random, WITNESS_KEYS).verifier.name;
      editNotes(bag, (text, lines) =>
        joinNote(
          text,
          lines.filter((line) => !line.startsWith(`— ${missing} `)),
        ),
      );
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T27",
    what: "signed after the key had ended",
    atBest: "not-verifiable",
    codes: ["key-outside-validity"],
    apply: ({ bag, random }) => {
      const end = `2026-0${random.integer(1, 6)}-01T00:00:00Z`;
      replaceFile(bag, TRUSTED_ROOT, (text) =>
        text.replace(/"start": "[^"]*"/, `"start": "2020-01-01T00:00:00Z", "end": "${end}"`),
      );
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T30",
    what: "a time stamp of other data",
    atBest: "altered",
    codes: ["time-stamp-mismatch"],
    apply: ({ bag, sibling }) => {
      bag.set(stampPath(bag), fileOf(sibling, stampPath(sibling)));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T31",
    what: "a time stamp by an authority that is not trusted",
    atBest: "verified-with-limits",
    codes: ["time-stamp-not-trusted"],
    apply: () => undefined,
    means: (means) => ({ ...means, timeAuthorities: [] }),
  },
  {
    id: "T35",
    what: "a withheld record with another digest",
    atBest: "altered",
    codes: ["withheld-digest-wrong", "withheld-unlisted"],
    apply: editLines(1, (lines, random) =>
      lines.with(recordIn(random, lines), `~${random.bytes(32).toString("base64")}`),
    ),
  },
  {
    id: "T37",
    what: "a record withheld without a reason",
    atBest: "verified-with-limits",
    codes: ["withheld-unlisted"],
    apply: (tampered) => {
      editLines(1, (lines, random) => {
        const at = recordIn(random, lines);
        return lines.with(at, withhold(lines[at] ?? ""));
      })(tampered);
      exportAnew(tampered.bag, LOG_KEY);
    },
  },
  {
    id: "T43",
    what: "line endings converted",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => text.replaceAll("\n", "\r\n")),
  },
  {
    id: "T43-bom",
    what: "a byte order mark added",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => `\ufeff${text}`),
  },
  {
    id: "T43-end",
    what: "the last line feed removed",
    atBest: "altered",
    codes: ["line-feed-missing"],
    apply: editText((text) => text.slice(0, -1)),
  },
  {
    id: "T43-blank",
    what: "a blank line added",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => `${text}\n`),
  },
  {
    id: "T44",
    what: "records written anew by a tool",
    atBest: "altered",
    codes: ["file-rewritten"],
    minRecords: 3,
    apply: editLines(3, (lines) => lines.map((line) => line.replace("{", "{ "))),
  },
  {
    id: "T45",
    what: "a second gzip member",
    atBest: "refused",
    codes: ["gzip-hidden-data"],
    packing: "gzip",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      bag.set(path, Buffer.concat([fileOf(bag, path), plainGzip(random.bytes(20))]));
      rewriteManifests(bag);
    },
  },
  {
    id: "T45-zeros",
    what: "bytes behind the gzip member",
    atBest: "refused",
    codes: ["gzip-hidden-data"],
    packing: "gzip",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      bag.set(path, Buffer.concat([fileOf(bag, path), Buffer.alloc(random.integer(1, 20))]));
    },
  },
  {
    id: "T45-trailer",
    what: "a gzip trailer that does not fit",
    atBest: "refused",
    codes: ["gzip-checksum-mismatch"],
    packing: "gzip",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      const changed = Buffer.from(fileOf(bag, path));
      const at = changed.length - random.integer(1, 9);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      bag.set(path, changed);
    },
  },
  {
    id: "T47",
    what: "a segment packed anew",
    atBest: "verified-with-limits",
    codes: ["segment-repacked"],
    packing: "gzip",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      const content = Buffer.from(
        linesOf(bag, path)
          .map((line) => `${line}\n`)
          .join(""),
      );
      // Stored blocks instead of compressed ones.
      const length = Buffer.alloc(5);
      length[0] = 1;
      length.writeUInt16LE(content.length, 1);
      length.writeUInt16LE(content.length ^ 0xffff, 3);
      const packed = plainGzip(content);
      bag.set(path, Buffer.concat([packed.subarray(0, 10), length, content, packed.subarray(-8)]));
    },
  },
  {
    id: "T48-line",
    what: "a line of the manifest removed",
    atBest: "altered",
    codes: ["unlisted-file"],
    apply: ({ bag, random }) => {
      const lines = fileOf(bag, MANIFEST).toString("utf8").split("\n").slice(0, -1);
      const kept = lines.toSpliced(random.integer(0, lines.length), 1);
      bag.set(MANIFEST, Buffer.from(kept.map((line) => `${line}\n`).join("")));
    },
  },
  {
    id: "T48-file",
    what: "a file added to the payload",
    atBest: "altered",
    codes: ["unlisted-file"],
    apply: ({ bag, random }) => {
      bag.set(`data/extra-${random.integer(0, 1_000)}`, random.bytes(10));
    },
  },
  {
    id: "T48-twice",
    what: "a line of the manifest twice",
    atBest: "altered",
    codes: ["duplicate-listing"],
    apply: ({ bag, random }) => {
      const lines = fileOf(bag, MANIFEST).toString("utf8").split("\n").slice(0, -1);
      const twice = [...lines, pick(random, lines)];
      bag.set(MANIFEST, Buffer.from(twice.map((line) => `${line}\n`).join("")));
    },
  },
  {
    id: "T48-gone",
    what: "a file removed",
    atBest: "verified-with-limits",
    codes: null,
    apply: ({ bag, random }) => {
      bag.delete(pick(random, [...bag.keys()]));
    },
  },
  {
    id: "T49",
    what: "the statement of another export",
    atBest: "verified-with-limits",
    codes: ["statement-not-trusted"],
    apply: ({ bag, foreign }) => {
      bag.set("statement.dsse.json", fileOf(foreign, "statement.dsse.json"));
      rewriteManifests(bag);
    },
  },
  {
    id: "T57",
    what: "a size that is written otherwise",
    atBest: "refused",
    codes: ["checkpoint-malformed"],
    apply: ({ bag, random }) => {
      const spelled = pick(random, ["0$1", "+$1", "0x$1", "-$1", "$1.0", "9007199254740993", ""]);
      replaceFile(bag, CHECKPOINT, (text) => text.replace(/\n([0-9]+)\n/, `\n${spelled}\n`));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "T61",
    what: "base64 that is not canonical",
    atBest: "refused",
    codes: ["checkpoint-malformed"],
    apply: ({ bag, random }) => {
      const spelled = pick(random, [" $1=", "$1", "$1==", "$1=\r", "-$1="]);
      replaceFile(bag, CHECKPOINT, (text) => text.replace(/\n([A-Za-z0-9+/]{43})=\n/, `\n${spelled}\n`));
      exportAnew(bag, LOG_KEY);
    },
  },
  {
    id: "flip",
    what: "one bit of any file",
    atBest: "verified-with-limits",
    codes: null,
    apply: ({ bag, random }) => {
      const files = [...bag];
      let at = random.integer(
        0,
        files.reduce((total, [, bytes]) => total + bytes.length, 0),
      );
      for (const [path, bytes] of files) {
        if (at < bytes.length) {
          const flipped = Buffer.from(bytes);
          flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(0, 8));
          bag.set(path, flipped);
          return;
        }
        at -= bytes.length;
      }
    },
  },
];
