import { describe, expect, it } from "vitest";

import { concatBytes } from "../../../core/encoding/bytes.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { leafHash } from "../../../core/merkle/hash.ts";
import { buildTree, rootOf } from "../../../core/merkle/tree.ts";
import { formatCheckpoint } from "../../../core/signing/checkpoint.ts";
import { formatNote } from "../../../core/signing/note.ts";
import { signNote } from "../../../core/signing/signing-key.ts";
import { proveEvent, type EventInLog } from "../../../core/verification/prove-event.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const RECORDS = Array.from({ length: 21 }, (_, index) => Buffer.from(`{"n":${index}}`));
const LEAVES = concatBytes(...RECORDS.map((record) => leafHash(platformHash, record)));

const TREE = buildTree(platformHash, LEAVES);

function checkpointOf(size: number): Uint8Array {
  const root = rootOf(TREE, size);
  return formatNote(signNote(formatCheckpoint({ origin: ORIGIN, size, root, extensions: [] }), [testKey()]));
}

function eventAt(index: number): EventInLog {
  const record = RECORDS[index] ?? Buffer.alloc(0);
  return { record, withheld: false, index, tree: TREE, checkpoint: checkpointOf(RECORDS.length) };
}

describe("proveEvent", () => {
  it("ties every record of a log to its signed root", () => {
    for (const index of RECORDS.keys()) {
      const view = proveEvent(eventAt(index), trusting(testKey()));
      expect(view.verdict).toBe("verified");
      expect(view.steps.map(({ verdict }) => verdict)).toEqual(["verified", "verified", "verified"]);
      expect(view.path.length).toBeGreaterThan(0);
    }
  });

  it("fails for a record with other bytes, and says which step failed", () => {
    const view = proveEvent({ ...eventAt(4), record: Buffer.from('{"n":5}') }, trusting(testKey()));
    expect(view.verdict).toBe("altered");
    expect(view.steps.map(({ verdict }) => verdict)).toEqual(["failed", "failed", "verified"]);
  });

  it("fails for the right record at another index", () => {
    expect(proveEvent({ ...eventAt(4), index: 5 }, trusting(testKey())).verdict).toBe("altered");
  });

  it("proves nothing without a pinned key", () => {
    expect(proveEvent(eventAt(4), trusting()).verdict).toBe("not-verifiable");
    expect(proveEvent(eventAt(4), trusting(testKey(ORIGIN, 8))).verdict).toBe("not-verifiable");
  });

  it("cannot prove a record that the signed state does not hold yet", () => {
    const view = proveEvent({ ...eventAt(20), checkpoint: checkpointOf(9) }, trusting(testKey()));
    expect(view.verdict).toBe("altered");
  });
});
