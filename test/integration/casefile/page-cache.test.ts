import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { nativeCode } from "../../../core/bundle/native-code.ts";
import { leavePageCache } from "../../../core/casefile/page-cache.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-page-cache-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hasNative = nativeCode("page-cache") !== undefined;
const hasFincore = spawnSync("fincore", ["--version"]).status === 0;
const isInMemory =
  spawnSync("stat", ["--file-system", "--format", "%T", folder], { encoding: "utf8" }).stdout === "tmpfs\n";

/** Bytes of a file that the system has in memory. */
function cachedBytes(path: string): number {
  return Number(execFileSync("fincore", ["--bytes", "--noheadings", "--output", "RES", path], { encoding: "utf8" }));
}

test.skipIf(!hasNative || !hasFincore || isInMemory)("a synced file leaves memory and keeps its bytes", () => {
  const path = join(folder, "file");
  const bytes = randomBytes(1024 ** 2);
  const file = openSync(path, "wx");
  writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  expect(cachedBytes(path)).toBe(bytes.length);
  expect(leavePageCache(path)).toBe(true);
  expect(cachedBytes(path)).toBe(0);
  expect(readFileSync(path)).toEqual(bytes);
});

test("of a file that cannot be opened nothing is said to the system", () => {
  expect(leavePageCache(join(folder, "none"))).toBe(false);
});

test.skipIf(!hasNative)("the native code refuses what is no descriptor, and returns the error of the system", () => {
  const { forget } = nativeCode("page-cache") as { readonly forget: (descriptor: unknown) => number };
  expect(forget(-1)).toBe(constants.errno.EBADF);
  expect(() => forget("file")).toThrow("forget(descriptor)");
});
