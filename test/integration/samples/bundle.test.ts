import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { prepareSample, type SampleFiles } from "../../../core/casefile/sample-case.ts";
import { buildSample } from "../../../samples/build.ts";

const SHIPPED = join(import.meta.dirname, "../../../samples/bundles");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-sample-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The files of a bag by their path in it. */
async function bagOf(path: string): Promise<Map<string, Buffer>> {
  const container = await openContainer(path);
  const files = new Map<string, Buffer>();
  for (const member of container.members) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of container.open(member.path)) chunks.push(chunk);
    files.set(member.path.slice(member.path.indexOf("/") + 1), Buffer.concat(chunks));
  }
  await container.close();
  return files;
}

/** What does not depend on how well this machine's zlib compresses. */
function contents(bag: ReadonlyMap<string, Buffer>): Record<string, string> {
  const digest = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
  return Object.fromEntries(
    [...bag].flatMap(([path, content]) => {
      if (path.endsWith(".gz")) return [[path, digest(gunzipSync(content))]];
      return path.startsWith("data/") ? [[path, digest(content)]] : [];
    }),
  );
}

function linesOf(bag: ReadonlyMap<string, Buffer>): readonly string[] {
  return [...bag]
    .filter(([path]) => path.startsWith("data/segments/"))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, content]) => gunzipSync(content).toString("utf8").split("\n").slice(0, -1));
}

describe("the shipped bundle", () => {
  test("has the content that the generator makes", { timeout: 120_000 }, async () => {
    await buildSample(folder);
    const shipped = contents(await bagOf(join(SHIPPED, "marrowbridge-audit.zip")));
    expect(contents(await bagOf(join(folder, "marrowbridge-audit.zip")))).toEqual(shipped);
    expect(Object.keys(shipped).filter((path) => path.endsWith(".gz"))).toHaveLength(12);
    const key = (file: string) => readFile(join(file, "marrowbridge-audit.vkey"), "utf8");
    expect(await key(folder)).toBe(await key(SHIPPED));
  });

  test("is small enough to ship", async () => {
    expect((await stat(join(SHIPPED, "marrowbridge-audit.zip"))).size).toBeLessThan(6_000_000);
  });
});

describe("the twin", () => {
  let sample: SampleFiles;
  let intact: Map<string, Buffer>;
  let twin: Map<string, Buffer>;

  beforeAll(async () => {
    sample = await prepareSample(join(folder, "home"), SHIPPED);
    intact = await bagOf(sample.intact);
    twin = await bagOf(sample.twin);
  });

  test("is made once and then found", async () => {
    const { mtimeMs } = await stat(sample.twin);
    expect(await prepareSample(join(folder, "home"), SHIPPED)).toEqual(sample);
    expect((await stat(sample.twin)).mtimeMs).toBe(mtimeMs);
  });

  test("differs in one record and lacks 256 in a row", () => {
    const before = linesOf(intact);
    const after = linesOf(twin);
    expect(before.length - after.length).toBe(256);
    const altered = before.findIndex((line, index) => line !== after[index]);
    expect(before[altered]).toContain('"operation":"audit.settings.update"');
    expect(after[altered]).toBe(before[altered]?.replaceAll("svc-reports", "svc-monitor"));
    const gap = altered + 300;
    expect(after.slice(altered + 1, gap)).toEqual(before.slice(altered + 1, gap));
    expect(after.slice(gap)).toEqual(before.slice(gap + 256));
    expect(before.slice(gap, gap + 256).join("")).not.toContain('"_log"');
  });

  test("has manifests that fit, and its signed files as they were", () => {
    for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
      for (const line of twin.get(manifest)?.toString("utf8").trim().split("\n") ?? []) {
        const [digest = "", path = ""] = line.split("  ");
        expect(
          createHash("sha256")
            .update(twin.get(path) ?? "")
            .digest("hex"),
        ).toBe(digest);
      }
    }
    const changed = [...intact.keys()].filter((path) => !twin.get(path)?.equals(intact.get(path) ?? Buffer.of()));
    expect(changed.filter((path) => !path.startsWith("data/segments/")).sort()).toEqual([
      "bag-info.txt",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
    ]);
    expect([...twin.keys()].sort()).toEqual([...intact.keys()].sort());
  });
});
