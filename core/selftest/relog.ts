import { type SigningKey } from "../signing/signing-key.ts";
import { fileOf, linesOf, rewriteTiles, segmentsOf, setLines, sha256, type BagBytes } from "./bag-bytes.ts";
import { exportAnew, joinNote, signatureLine, splitNote } from "./forgery.ts";

/** RFC 9162 §2.1.1. */
export function leafOf(record: string | Uint8Array): Buffer {
  return sha256(Uint8Array.of(0), Buffer.from(record));
}

/** The root of a tree of leaves (RFC 9162 §2.1.1); of one leaf it is the leaf. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only = Buffer.alloc(0)] = leaves;
  if (leaves.length <= 1) return only;
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

/**
 * Changes one line of a bundle of one segment as its log itself could have written it, which our own writer would not: chain,
 * tree, checkpoint and description are made anew with the log's key. Nobody witnesses that.
 */
export function relog(bag: BagBytes, at: number, line: string, key: SigningKey): void {
  const [path = ""] = segmentsOf(bag);
  const lines = linesOf(bag, path).with(at, line);
  const logged = lines.slice(0, -1);
  const chain = logged.reduce<Buffer>((head, record) => sha256(head, leafOf(record)), Buffer.alloc(32));
  const seal = lines.at(-1)?.replace(/"chain":"[^"]*"/, `"chain":"${chain.toString("base64")}"`) ?? "";
  setLines(bag, path, [...logged, seal]);
  const root = rootOf([...logged, seal].map(leafOf));
  const [origin = ""] = splitNote(fileOf(bag, "data/checkpoint")).text.split("\n");
  const text = `${origin}\n${lines.length}\n${root.toString("base64")}\n`;
  const note = joinNote(text, [signatureLine(text, key)]);
  bag.set("data/checkpoint", note);
  bag.set(`data/checkpoints/${lines.length}`, note);
  rewriteTiles(bag);
  exportAnew(bag, key);
}
