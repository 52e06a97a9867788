/** T56: evidence that changes while it is verified is refused, whatever it is, and whichever part of it changes when. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { sealBundle } from "../../../core/bundle/seal.ts";
import { verifySegments } from "../../../core/casefile/partial-verification.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { verifyCopies } from "../../../core/casefile/verify-copies.ts";
import { verifyContainer } from "../../../core/casefile/verify-evidence.ts";
import { type Progress } from "../../../core/model/progress.ts";
import { sealOptions, testKey } from "../../support/sealed-bundle.ts";

const trust = { ...NO_TRUST, logKeys: [testKey().verifier] };
const SEGMENT = "data/segments/00000000000000000000.jsonl";

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-changing-"));
  bundle = join(folder, "bundle");
  await sealBundle(sealOptions(folder, [3, 5]));
  await sealBundle(sealOptions(folder, [3, 5], { output: join(folder, "bundle.zip") }));
  const tar = execFileSync("tar", ["-cf", "-", "-C", folder, "bundle"], { maxBuffer: 2 ** 26 });
  writeFileSync(join(folder, "bundle.tar"), tar);
  writeFileSync(join(folder, "bundle.tar.gz"), gzipSync(tar));
  copyFileSync(join(bundle, SEGMENT), join(folder, "log.jsonl"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the evidence, which may be changed. */
function copyOf(name: string): string {
  const copy = join(mkdtempSync(join(folder, "copy-")), name);
  cpSync(join(folder, name), copy, { recursive: true });
  // Long ago, so that no change falls into the same tick of the file system's clock.
  utimesSync(copy, 1_760_000_000, 1_760_000_000);
  return copy;
}

/** Does something when the reading has come so far; `onProgress` is called between two files, or parts of one. */
function once(isTime: (progress: Progress) => boolean, act: () => void): (progress: Progress) => void {
  let isDone = false;
  return (progress) => {
    if (isDone || !isTime(progress)) return;
    isDone = true;
    act();
  };
}

const MOMENTS: readonly (readonly [string, (progress: Progress) => boolean])[] = [
  ["when reading began", () => true],
  ["when all was read", ({ bytesDone, bytesTotal }) => bytesDone === bytesTotal],
];

/** The problem with which a verification ends that sees this change. */
async function refusalOf(path: string, isTime: (progress: Progress) => boolean, act: () => void): Promise<unknown> {
  const container = await openContainer(path);
  try {
    let isChanged = false;
    const onProgress = once(isTime, () => {
      act();
      isChanged = true;
    });
    const refusal: unknown = await verifyContainer(container, trust, { onProgress }).catch((error: unknown) => error);
    expect(isChanged).toBe(true);
    return refusal;
  } finally {
    await container.close();
  }
}

const REFUSED = { kind: "refused", code: "changed-while-reading" };

describe.each(MOMENTS)("a folder that changes %s", (_, isTime) => {
  test.each<readonly [string, (root: string) => void]>([
    ["gains a file", (root) => writeFileSync(join(root, "data", "more"), "x")],
    [
      "gains a file in a new folder",
      (root) => (mkdirSync(join(root, "new")), writeFileSync(join(root, "new", "a"), "")),
    ],
    ["gains a link", (root) => symlinkSync(join(root, SEGMENT), join(root, "link"))],
    ["loses a file", (root) => rmSync(join(root, SEGMENT))],
    ["loses a folder", (root) => rmSync(join(root, "data", "tile"), { recursive: true })],
    ["has a file renamed", (root) => renameSync(join(root, SEGMENT), join(root, `${SEGMENT}.old`))],
    ["has a folder renamed", (root) => renameSync(join(root, "data", "keys"), join(root, "data", "kyes"))],
    [
      "has a file replaced by one with the same bytes",
      (root) => {
        copyFileSync(join(root, SEGMENT), join(folder, "same"));
        renameSync(join(folder, "same"), join(root, SEGMENT));
      },
    ],
    ["has a file that grows", (root) => appendFileSync(join(root, SEGMENT), "x")],
    ["has a file that is cut", (root) => truncateSync(join(root, SEGMENT), 10)],
    ["is gone", (root) => renameSync(root, `${root}.away`)],
    ["has a file in its place", (root) => (renameSync(root, `${root}.away`), writeFileSync(root, "x"))],
  ])("and %s is refused", async (_change, act) => {
    const root = copyOf("bundle");
    expect(await refusalOf(root, isTime, () => act(root))).toMatchObject(REFUSED);
  });
});

describe.each(["bundle.zip", "bundle.tar", "bundle.tar.gz", "log.jsonl"])("%s", (name) => {
  describe.each(MOMENTS)("that changes %s", (_, isTime) => {
    test.each<readonly [string, (path: string) => void]>([
      ["grows", (path) => appendFileSync(path, "x")],
      ["is cut", (path) => truncateSync(path, 100)],
      ["is written anew", (path) => writeFileSync(path, readFileSync(path))],
      [
        "is replaced by one with the same bytes",
        (path) => (copyFileSync(path, `${path}.new`), renameSync(`${path}.new`, path)),
      ],
      ["is gone", (path) => rmSync(path)],
      ["has a folder in its place", (path) => (rmSync(path), mkdirSync(path))],
    ])("because it %s is refused", async (_change, act) => {
      const path = copyOf(name);
      expect(await refusalOf(path, isTime, () => act(path))).toMatchObject(REFUSED);
    });
  });
});

test("evidence that stays as it is is not refused", async () => {
  for (const name of ["bundle", "bundle.zip", "bundle.tar", "bundle.tar.gz"]) {
    const container = await openContainer(copyOf(name));
    expect((await verifyContainer(container, trust, {})).verdict).toBe("verified-with-limits");
    await container.close();
  }
});

test("through a link, the file that it leads to is what must stay", async () => {
  const path = copyOf("bundle.zip");
  const link = join(folder, "link.zip");
  symlinkSync(path, link);
  const container = await openContainer(link);
  expect((await verifyContainer(container, trust, {})).verdict).toBe("verified-with-limits");
  await container.close();
  const act = (): void => (rmSync(link), symlinkSync(join(folder, "bundle.zip"), link));
  expect(await refusalOf(link, () => true, act)).toMatchObject(REFUSED);
});

test("one of several copies that changes is refused, and takes part as that", async () => {
  const [changing, steady] = [copyOf("bundle"), copyOf("bundle")];
  const isTime = ({ phase }: Progress): boolean => phase.startsWith("copy 1");
  const onProgress = once(isTime, () => writeFileSync(join(changing, "more"), "x"));
  const { copies } = await verifyCopies([changing, steady], trust, { onProgress });
  expect(copies.map(({ verdict }) => verdict)).toEqual(["refused", "verified-with-limits"]);
  expect(copies[0]?.findings).toMatchObject([{ code: "changed-while-reading", where: { file: "more" } }]);
});

test("a part of a verification is refused as the whole is", async () => {
  const root = copyOf("bundle");
  const container = await openContainer(root);
  const onProgress = once(
    () => true,
    () => rmSync(join(root, "bagit.txt")),
  );
  const part = verifySegments(container, { first: 0, last: 0 }, { onProgress });
  await expect(part).rejects.toMatchObject({ ...REFUSED, details: { file: "bagit.txt" } });
  await container.close();
});
