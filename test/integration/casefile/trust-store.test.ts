import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { pinExaminer, pinLogKey, pinPublicKeys, unpin } from "../../../core/casefile/pins.ts";
import { logKeysOf, publicKeysOf, readTrustStore } from "../../../core/casefile/trust-store.ts";
import { formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { parsePublicKeyList } from "../../../core/signing/public-key-list.ts";
import { exported } from "../../support/cloudtrail-export.ts";
import { testKey } from "../../support/sealed-bundle.ts";

const NOW = "2026-01-02T03:04:05Z";
const FINGERPRINT = "ab".repeat(32);
const VKEY = formatVerifierKey(testKey().verifier);

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-trust-"));
  path = join(folder, "trust.json");
});
afterEach(() => rm(folder, { recursive: true }));

const EMPTY = { logKeys: [], examiners: [], publicKeys: [], policies: [], timeAuthorities: [] };

test("a store that is not there is empty", async () => {
  expect(await readTrustStore(path)).toEqual(EMPTY);
});

test("what was pinned is read again, and gives keys to verify with", async () => {
  await pinLogKey(path, `${VKEY}\n`, "by phone", NOW);
  const store = await pinExaminer(path, FINGERPRINT.toUpperCase(), "in person", NOW);
  expect(await readTrustStore(path)).toEqual(store);
  expect(logKeysOf(store).map(formatVerifierKey)).toEqual([VKEY]);
  expect(store.examiners).toEqual([
    { fingerprint: FINGERPRINT, name: "", certificate: "", reason: "in person", pinnedAt: NOW },
  ]);
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test("a key that is pinned again has the new reason, once", async () => {
  await pinLogKey(path, VKEY, "first", NOW);
  const { logKeys } = await pinLogKey(path, VKEY, "second", NOW);
  expect(logKeys.map(({ reason }) => reason)).toEqual(["second"]);
});

test("a key is taken back by itself or its id, a fingerprint in any spelling", async () => {
  const { id } = testKey().verifier;
  for (const named of [VKEY, id]) {
    await pinLogKey(path, VKEY, "x", NOW);
    expect((await unpin(path, named)).logKeys).toEqual([]);
  }
  await pinExaminer(path, FINGERPRINT, "x", NOW);
  expect((await unpin(path, (FINGERPRINT.match(/../g) ?? []).join(":"))).examiners).toEqual([]);
  await expect(unpin(path, VKEY)).rejects.toMatchObject({ kind: "usage", code: "not-pinned" });
});

test.each([
  ["no JSON", "{", "trust-store-damaged"],
  ["another form", '{"v":2,"logKeys":[],"examiners":[]}', "trust-store-damaged"],
  ["a member too many", '{"v":1,"logKeys":[],"examiners":[],"more":1}', "trust-store-damaged"],
])("a damaged store (%s) is never taken for an empty one, nor written over", async (_what, content, code) => {
  await writeFile(path, content);
  await expect(readTrustStore(path)).rejects.toMatchObject({ kind: "machine", code });
  await expect(pinLogKey(path, VKEY, "x", NOW)).rejects.toMatchObject({ code });
  expect(await readFile(path, "utf8")).toBe(content);
});

test.each([
  ["a point of small order", Buffer.concat([Buffer.of(1), Buffer.of(1), Buffer.alloc(31)])],
  ["the zero point", Buffer.concat([Buffer.of(1), Buffer.alloc(32)])],
])("T25 a weak key is not pinned (%s), nor is a malformed one", async (_what, key) => {
  const weak = `example.com/weak+00000000+${key.toString("base64")}`;
  await expect(pinLogKey(path, weak, "x", NOW)).rejects.toMatchObject({ kind: "refused", code: "key-weak" });
  await expect(pinLogKey(path, "nonsense", "x", NOW)).rejects.toMatchObject({ code: "key-malformed" });
  await expect(pinExaminer(path, "nonsense", "x", NOW)).rejects.toMatchObject({ code: "certificate-malformed" });
  expect(await readTrustStore(path)).toEqual(EMPTY);
});

test("keys of CloudTrail are pinned from a list and taken back by fingerprint", { timeout: 60_000 }, async () => {
  const { publicKeys } = exported({ rotation: 3 });
  const listed = parsePublicKeyList(publicKeys);
  await pinPublicKeys(path, publicKeys.toString("utf8"), "fetched by us", NOW);
  expect(publicKeysOf(await readTrustStore(path))).toEqual(listed);
  const [first] = listed;
  const store = await unpin(path, first?.fingerprints[0] ?? "");
  expect(publicKeysOf(store)).toEqual(listed.slice(1));
});

test("a store of the first version has no keys of CloudTrail", async () => {
  await writeFile(path, '{"v":1,"logKeys":[],"examiners":[]}');
  expect((await readTrustStore(path)).publicKeys).toEqual([]);
});
