/**
 * Bundles as an attacker has them: files of bytes. Nothing here is shared with the verifier; what the format demands – leaf
 * hashes, tiles, manifests – is computed a second time, from the text of the format.
 */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

/** The files of a bag by their path in it. */
export type BagBytes = Map<string, Buffer>;

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return digest.digest();
}

export function fileOf(bag: BagBytes, path: string): Buffer {
  return bag.get(path) ?? Buffer.alloc(0);
}

/** Paths of the segments, in order. */
export function segmentsOf(bag: BagBytes): string[] {
  return [...bag.keys()].filter((path) => path.startsWith("data/segments/")).sort();
}

/** The lines of a segment, without their line feeds. */
export function linesOf(bag: BagBytes, path: string): string[] {
  const packed = fileOf(bag, path);
  const text = path.endsWith(".gz") ? gunzipSync(packed) : packed;
  return text.toString("utf8").split("\n").slice(0, -1);
}

export function setLines(bag: BagBytes, path: string, lines: readonly string[]): void {
  setText(bag, path, lines.map((line) => `${line}\n`).join(""));
}

/** Writes a segment in the packing that its name says. */
export function setText(bag: BagBytes, path: string, text: string): void {
  bag.set(path, path.endsWith(".gz") ? plainGzip(Buffer.from(text)) : Buffer.from(text));
}

/** zlib writes the system into the header; a bundle says "unknown". */
export function plainGzip(content: Uint8Array): Buffer {
  const packed = gzipSync(content, { level: 9 });
  packed[8] = 0;
  packed[9] = 0xff;
  return packed;
}

/** Level-0 tiles of the records that are there now, in place of the old ones. */
export function rewriteTiles(bag: BagBytes): void {
  const leaves = segmentsOf(bag)
    .flatMap((path) => linesOf(bag, path))
    .map((line) => sha256(Uint8Array.of(0), Buffer.from(line)));
  for (const path of [...bag.keys()]) if (path.startsWith("data/tile/")) bag.delete(path);
  // The bundles of the self-test hold fewer leaves than a tile does.
  bag.set(`data/tile/0/000.p/${leaves.length}`, Buffer.concat(leaves));
}

/** Both manifests and the byte count, as everyone can write them. */
export function rewriteManifests(bag: BagBytes): void {
  const payload = [...bag].filter(([path]) => path.startsWith("data/"));
  const octets = payload.reduce((total, [, bytes]) => total + bytes.length, 0);
  const info = fileOf(bag, "bag-info.txt").toString("utf8");
  const oxum = `Payload-Oxum: ${octets}.${payload.length}`;
  bag.set("bag-info.txt", Buffer.from(info.replace(/^Payload-Oxum: .*$/m, oxum)));
  bag.set("manifest-sha256.txt", manifestOf(payload));
  const isTag = (path: string): boolean => !/^(?:data\/|custody\/|tagmanifest)/.test(path);
  bag.set("tagmanifest-sha256.txt", manifestOf([...bag].filter(([path]) => isTag(path))));
}

function manifestOf(files: readonly (readonly [path: string, bytes: Buffer])[]): Buffer {
  const lines = files.map(([path, bytes]) => `${sha256(bytes).toString("hex")}  ${path}\n`);
  return Buffer.from(lines.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(""));
}
