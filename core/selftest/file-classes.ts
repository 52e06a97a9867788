import { fileOf, linesOf, plainGzip, rewriteManifests, segmentsOf } from "./bag-bytes.ts";
import { LOG_KEY } from "./corpus.ts";
import { exportAnew } from "./forgery.ts";
import { pick, type TamperClass } from "./tamper-class.ts";
import { replaceFile } from "./text-edit.ts";

const CHECKPOINT = "data/checkpoint";
const MANIFEST = "manifest-sha256.txt";

/** RFC 8878 §3.1.2: a frame that readers skip. */
const SKIPPABLE_FRAME = Buffer.from("502a4d1801000000ff", "hex");

/** RFC 8878 §3.1.1: a frame of one raw block, with its content size in four bytes. */
function zstdFrame(content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head[4] = 0xa0;
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

/** Changes of files: their packing, their lists, the form of what they say. */
export const FILE_CLASSES: readonly TamperClass[] = [
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
    id: "T46",
    what: "a zstd frame with another behind it",
    atBest: "refused",
    codes: ["zstd-hidden-data"],
    packing: "plain",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      const frame = zstdFrame(fileOf(bag, path));
      bag.delete(path);
      bag.set(`${path}.zst`, Buffer.concat([frame, pick(random, [frame, SKIPPABLE_FRAME])]));
      exportAnew(bag, LOG_KEY);
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
    id: "T49-gone",
    what: "no statement, and a segment a second time in another packing",
    atBest: "altered",
    codes: ["segment-repeated", "statement-missing"],
    packing: "plain",
    apply: ({ bag, random }) => {
      const path = pick(random, segmentsOf(bag));
      bag.set(`${path}.gz`, plainGzip(fileOf(bag, path)));
      bag.delete("statement.dsse.json");
      rewriteManifests(bag);
    },
  },
  {
    id: "T49-tile",
    what: "no statement, and a tile with another hash",
    atBest: "altered",
    codes: ["statement-missing", "tile-altered"],
    apply: ({ bag, random }) => {
      const path = pick(
        random,
        [...bag.keys()].filter((name) => name.startsWith("data/tile/")),
      );
      const tile = Buffer.from(fileOf(bag, path));
      const at = random.integer(0, tile.length);
      tile[at] = (tile[at] ?? 0) ^ (1 << random.integer(0, 8));
      bag.set(path, tile);
      bag.delete("statement.dsse.json");
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
