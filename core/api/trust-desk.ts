import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";

import { readAnchors } from "../casefile/anchors.ts";
import { exportAnchors } from "../casefile/export-anchors.ts";
import { pinByForm } from "../casefile/pin-by-form.ts";
import { unpin } from "../casefile/pins.ts";
import { readTrustStore, type TrustStore } from "../casefile/trust-store.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { type Handlers } from "./server.ts";
import { pinnedItems } from "./pinned-items.ts";
import { type PinnedItem, type trustOperations } from "./trust-contract.ts";
import { type Workbench } from "./workbench.ts";

/** Longer than any list of keys or policy that can be pinned. */
const MAX_KEY_FILE_BYTES = 300_000;

/** What is pinned, one line each. Trust is the user's and not the case's; what is open while it changes says so. */
export function trustHandlers(bench: Workbench): Pick<Handlers, keyof typeof trustOperations> {
  const { trustStore, anchors } = bench.home;
  const now = (): string => new Date().toISOString();
  return {
    "trust.pin": ({ key, reason }) => change(bench, () => pinByForm(trustStore, key, reason, now()), reason),
    "trust.pinFile": async ({ grant, reason }) => {
      const key = await readKeyFile(bench.take(grant));
      return change(bench, () => pinByForm(trustStore, key, reason, now()), reason);
    },
    "trust.remove": ({ ref, reason }) => change(bench, () => unpin(trustStore, ref), reason),
    "anchors.list": () => readAnchors(anchors),
    "anchors.export": async ({ grant }) => ({ files: (await exportAnchors(anchors, bench.take(grant))).length }),
  };
}

/** Changes what is pinned, and writes each difference to the diary of the open case. @returns what is pinned now. */
async function change(
  { home, openOrNull }: Workbench,
  act: () => Promise<TrustStore>,
  reason: string,
): Promise<readonly PinnedItem[]> {
  const before = pinnedItems(await readTrustStore(home.trustStore));
  const after = pinnedItems(await act());
  const custody = openOrNull?.session.custody;
  const enter = async (action: "key.pinned" | "key.unpinned", { kind, ids, ref, name }: PinnedItem): Promise<void> => {
    await custody?.append({ action, object: { id: ids[0] ?? ref, label: name }, params: { kind }, note: reason });
  };
  for (const item of before) if (!after.some(({ ref }) => ref === item.ref)) await enter("key.unpinned", item);
  for (const item of after) if (!before.some((known) => isSame(known, item))) await enter("key.pinned", item);
  return after;
}

function isSame(one: PinnedItem, other: PinnedItem): boolean {
  return one.ref === other.ref && one.pinnedAt === other.pinnedAt;
}

async function readKeyFile(path: string): Promise<string> {
  const { size } = await stat(path);
  const text = size > MAX_KEY_FILE_BYTES ? undefined : decodeUtf8(await readFile(path));
  if (text !== undefined) return text;
  const message = `expected a text file with a key, a policy or certificates, got ${quote(basename(path))}`;
  throw new Problem("usage", "no-key-file", message, { expected: `text of at most ${MAX_KEY_FILE_BYTES} bytes` });
}
