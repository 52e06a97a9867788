import { platformHash } from "../bundle/platform-crypto.ts";
import { formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { buildTree, proveInclusion, rootOf, type Tree } from "../merkle/tree.ts";
import { present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type CaseFile } from "./case-file.ts";
import { type RecordLocation } from "./record-locator.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { indexOfLeaf, readSignedLeaves } from "./signed-leaves.ts";

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

interface SignedTree {
  readonly leaves: Uint8Array;
  readonly tree: Tree;
  readonly rootHash: string;
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
    const location = await this.#caseFile.locate(seq);
    const exhibit = exhibitOf(this.#caseFile, location);
    const { log, keys } = exhibit.verification;
    if (log === null) return none("the evidence carries no signed state of a log");
    if (log.checkpoint === undefined) return none("the case keeps no signed checkpoint of this exhibit");
    const signed = await this.#treeOf(exhibit, log.treeSize);
    if (!signed || signed.rootHash !== log.rootHash) {
      return none("the signed leaves of this log are not known, so its records cannot be led to the signed root");
    }
    const leafIndex = indexOfLeaf(signed.leaves, location.leafHash, location.row);
    if (leafIndex < 0) return none("the log signed no record with these bytes");
    return {
      kind: "inclusion",
      leafIndex,
      treeSize: log.treeSize,
      rootHash: log.rootHash,
      hashes: proveInclusion(signed.tree, leafIndex).map(formatHex),
      checkpoint: encodeUtf8(log.checkpoint),
      pinnedKeys: keys.flatMap((key) => (key.trust === "pinned" && key.vkey !== undefined ? [key.vkey] : [])),
    };
  }

  /** The tree that the log of an exhibit signed; undefined when its leaves are not known. */
  async signedTreeOf(exhibit: Exhibit): Promise<Tree | undefined> {
    const { log } = exhibit.verification;
    return log === null ? undefined : (await this.#treeOf(exhibit, log.treeSize))?.tree;
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
    // Where every record is as it was signed, the sidecar holds the signed leaves; the root tells.
    const kept = await readSignedLeaves(this.#caseFile.folder, number);
    const signed = kept ?? (await this.#caseFile.leafHashes(exhibit.id));
    const leaves = signed.subarray(0, size * HASH_BYTES);
    const tree = buildTree(platformHash, leaves);
    return tree.size === size ? { leaves, tree, rootHash: formatHex(rootOf(tree)) } : undefined;
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
