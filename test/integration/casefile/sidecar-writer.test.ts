import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { SidecarWriter } from "../../../core/casefile/sidecar-writer.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-sidecar-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function writtenBy(name: string, append: (writer: SidecarWriter) => void): Promise<Buffer> {
  const path = join(folder, name);
  const writer = new SidecarWriter(path, 0);
  append(writer);
  writer.close();
  return readFile(path);
}

test("lines are written together as they are one after the other", async () => {
  const count = 40_000;
  const bounds = Uint32Array.from({ length: count + 1 }, (_, line) => 7 + line * 107_000);
  const bytes = Buffer.from(Array.from({ length: 3 + 32 * count }, (_, at) => at * 31 + (at >> 8)));
  // Hashes need not begin at a multiple of anything.
  const hashes = bytes.subarray(3);
  const together = await writtenBy("together.idx", (writer) => writer.appendLines(bounds, hashes));
  const alone = await writtenBy("alone.idx", (writer) => {
    for (let line = 0; line < count; line += 1) {
      writer.append(7 + line * 107_000, 106_999, hashes.toString("latin1", line * 32, line * 32 + 32));
    }
  });
  expect(together.equals(alone)).toBe(true);
});
