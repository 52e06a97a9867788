import { platformHash } from "../bundle/platform-crypto.ts";
import { parseWithheldLine } from "../bundle/withheld-line.ts";
import { formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { proveInclusion, rootOf, type TreeNodes } from "../merkle/tree.ts";
import { present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { indexOfPosition, treeOfSigned, type SignedLeaves } from "../verification/signed-leaves.ts";
import { type CaseFile } from "./case-file.ts";
import { type RecordLocation } from "./record-locator.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { positionOfLeaf, readSignedLeaves } from "./signed-leaves.ts";

/** How a record is tied to a signed state of its log, or why nothing ties it. Hashes are lower-case hex. */
export type EventProof =
  | {
      readonly kind: "inclusion";
      readonly leafIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      /** Siblings from leaf to root (RFC 9162 §2.1.3). */
      readonly hashes: readonly string[];
      /** The signed note of that state, byte for byte as it was in the bundle. */
      readonly checkpoint: Uint8Array;
      /** Keys that the examiner pinned for this log, as vkey lines. */
      readonly pinnedKeys: readonly string[];
    }
  | { readonly kind: "none"; readonly reason: string };

/** The tree that the log of an exhibit signed. */
interface SignedTree {
  readonly leaves: SignedLeaves;
  readonly tree: TreeNodes;
  readonly rootHash: string;
}

/** Where a record stands in the tree of its log. */
export interface PlaceInLog extends Pick<SignedTree, "leaves" | "tree"> {
  readonly index: number;
  /** A withheld line: the leaf hash that it gives stands for the record. */
  readonly withheld: boolean;
  /** The signed note, byte for byte as it was in the bundle. */
  readonly checkpoint: Uint8Array;
}

/** Proves events of one case. The tree of an exhibit is built from its signed leaves once and then kept. */
export class EventProofs {
  readonly #caseFile: CaseFile;
  readonly #trees = new Map<string, Promise<SignedTree | undefined>>();

  constructor(caseFile: CaseFile) {
    this.#caseFile = caseFile;
  }

  /** The proof of the record as it lies in the working copy now. Throws `no-such-event` (usage). */
  async prove(seq: number): Promise<EventProof> {
    const place = await this.placeOf(seq);
    if (typeof place === "string") return none(place);
    if (place.withheld) return none("the record is withheld in this exhibit: there are no bytes that could be proven");
    const { keys } = exhibitOf(this.#caseFile, await this.#caseFile.locate(seq)).verification;
    return {
      kind: "inclusion",
      leafIndex: place.index,
      treeSize: place.tree.size,
      rootHash: formatHex(rootOf(place.tree)),
      hashes: proveInclusion(place.tree, place.index).map(formatHex),
      checkpoint: place.checkpoint,
      pinnedKeys: keys.flatMap((key) => (key.trust === "pinned" && key.vkey !== undefined ? [key.vkey] : [])),
    };
  }

  /** The place of a record in the log that its exhibit proves, or why it has none. Throws `no-such-event` (usage). */
  async placeOf(seq: number): Promise<PlaceInLog | string> {
    const location = await this.#caseFile.locate(seq);
    const exhibit = exhibitOf(this.#caseFile, location);
    const { log } = exhibit.verification;
    if (log === null) return "the evidence carries no signed state of a log";
    if (log.checkpoint === undefined) return "the case keeps no signed checkpoint of this exhibit";
    const signed = await this.#treeOf(exhibit, log.treeSize);
    if (!signed || signed.rootHash !== log.rootHash) {
      return "the signed leaves of this log are not known, so its records cannot be led to the signed root";
    }
    const { leaves, tree } = signed;
    const given = await this.#withheldLeaf(exhibit, location);
    const position = positionOfLeaf(leaves.leaves, given ?? location.leafHash, location.row);
    if (position < 0) return "the log signed no record with these bytes";
    const index = indexOfPosition(leaves, position);
    return { leaves, tree, index, withheld: given !== undefined, checkpoint: encodeUtf8(log.checkpoint) };
  }

  /** The leaf hash that a withheld line gives; undefined for a record. */
  async #withheldLeaf({ verification }: Exhibit, { seq }: RecordLocation): Promise<Uint8Array | undefined> {
    const mayBeWithheld = verification.proof === "sealed-log" && verification.counts.withheld > 0;
    return mayBeWithheld ? parseWithheldLine(await this.#caseFile.readRecord(seq)) : undefined;
  }

  #treeOf(exhibit: Exhibit, size: number): Promise<SignedTree | undefined> {
    const known = this.#trees.get(exhibit.id);
    if (known) return known;
    const built = this.#build(exhibit, size);
    this.#trees.set(exhibit.id, built);
    return built;
  }

  async #build(exhibit: Exhibit, size: number): Promise<SignedTree | undefined> {
    const number = present(parseExhibitLabel(exhibit.id), "exhibit ids are ours");
    const kept = await readSignedLeaves(this.#caseFile.folder, number);
    // Where every record is as it was signed, the sidecar holds the signed leaves; the root tells.
    const signed = kept ?? { leaves: await this.#caseFile.leafHashes(exhibit.id), absent: [] };
    const { absent } = signed;
    const missing = absent.reduce((count, { firstIndex, endIndex }) => count + endIndex - firstIndex, 0);
    const leaves = { leaves: signed.leaves.subarray(0, Math.max(0, size - missing) * HASH_BYTES), absent };
    const tree = treeOfSigned(platformHash, leaves);
    return tree?.size === size ? { leaves, tree, rootHash: formatHex(rootOf(tree)) } : undefined;
  }
}

/** The exhibit a record belongs to. */
export function exhibitOf(caseFile: CaseFile, { exhibit }: Pick<RecordLocation, "exhibit">): Exhibit {
  return present(
    caseFile.exhibits.find(({ id }) => id === exhibit),
    "every record belongs to an exhibit",
  );
}

function none(reason: string): EventProof {
  return { kind: "none", reason };
}
