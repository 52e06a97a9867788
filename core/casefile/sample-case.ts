import { createHash } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { gzipMember } from "../bundle/gzip-write.ts";
import { BAG_INFO_PATH, MANIFEST_PATH, TAG_MANIFEST_PATH } from "../bundle/layout.ts";
import { openContainer } from "../bundle/open-container.ts";
import { writeZip } from "../bundle/zip-write.ts";
import { assert, present } from "../model/assert.ts";
import { type LongWork } from "../model/progress.ts";

/** The two bundles of the sample case, and the key of their log. */
export interface SampleFiles {
  readonly intact: string;
  /** The same export with one record changed and a block of records taken out. */
  readonly twin: string;
  /** The line of a vkey to pin. */
  readonly vkey: string;
  /** The policy that names its witness, and the certificate of its time authority in PEM. */
  readonly policy: string;
  readonly timeAuthority: string;
}

const SAMPLE = "marrowbridge-audit";
const TWIN = `${SAMPLE}-altered`;
/** The record that is changed: the first with this text, in which one account's name is put for another's. */
const ALTERED_RECORD = '"operation":"audit.settings.update"';
const ALTERED_NAME = { from: "svc-reports", to: "svc-monitor" } as const;
/** The block that is taken out, counted from the changed record on; it lies in the same segment. */
const REMOVED_AFTER = 300;
const REMOVED_RECORDS = 256;

/**
 * The sample that ships in `sampleDirectory`, and its twin, made below `home` at first use. The twin is what somebody
 * leaves who edits a log and mends every checksum that needs no key: its BagIt manifests fit, its signatures do not.
 */
export async function prepareSample(home: string, sampleDirectory: string, work: LongWork = {}): Promise<SampleFiles> {
  const intact = join(sampleDirectory, `${SAMPLE}.zip`);
  const vkey = (await readFile(join(sampleDirectory, `${SAMPLE}.vkey`), "utf8")).trim();
  const policy = await readFile(join(sampleDirectory, `${SAMPLE}.policy`), "utf8");
  const timeAuthority = await readFile(join(sampleDirectory, `${SAMPLE}.tsa.pem`), "utf8");
  const digest = createHash("sha256")
    .update(await readFile(intact))
    .digest("hex");
  const twin = join(home, "samples", digest.slice(0, 16), `${TWIN}.zip`);
  const made = await access(twin).then(
    () => true,
    () => false,
  );
  if (!made) await writeTwin(intact, twin, work);
  return { intact, twin, vkey, policy, timeAuthority };
}

async function writeTwin(intact: string, twin: string, work: LongWork): Promise<void> {
  const files = await readBag(intact);
  const [segmentPath, segment] = segmentWithRecord(files);
  files.set(segmentPath, gzipMember(wounded(segment)));
  mendManifests(files);
  const folder = join(dirname(twin), `${TWIN}.partial`);
  await rm(folder, { recursive: true, force: true });
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await writeZip(folder, [...files.keys()], TWIN, twin, work.signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files of our own sample by their path in the bag; its names were checked when the zip was opened. */
async function readBag(path: string): Promise<Map<string, Uint8Array>> {
  const container = await openContainer(path);
  try {
    const files = new Map<string, Uint8Array>();
    for (const member of container.members) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of container.open(member.path)) chunks.push(chunk);
      files.set(member.path.slice(member.path.indexOf("/") + 1), Buffer.concat(chunks));
    }
    return files;
  } finally {
    await container.close();
  }
}

function segmentWithRecord(files: ReadonlyMap<string, Uint8Array>): readonly [path: string, lines: readonly string[]] {
  for (const [path, content] of files) {
    if (!path.startsWith("data/segments/")) continue;
    const text = gunzipSync(content).toString("utf8");
    if (text.includes(ALTERED_RECORD)) return [path, text.split("\n").slice(0, -1)];
  }
  throw new Error(`the sample has no record with ${ALTERED_RECORD}`);
}

function wounded(lines: readonly string[]): Uint8Array {
  const altered = lines.findIndex((line) => line.includes(ALTERED_RECORD));
  const removed = altered + REMOVED_AFTER;
  assert(removed + REMOVED_RECORDS < lines.length - 1, "the block ends before the record that seals the segment");
  const kept = lines.filter((_, index) => index < removed || index >= removed + REMOVED_RECORDS);
  const changed = kept.map((line, index) =>
    index === altered ? line.replaceAll(ALTERED_NAME.from, ALTERED_NAME.to) : line,
  );
  return Buffer.from(changed.map((line) => `${line}\n`).join(""));
}

/** Everything that anyone can recompute: digests, sizes and counts. The signed statement stays as it was. */
function mendManifests(files: Map<string, Uint8Array>): void {
  const payload = [...files].filter(([path]) => path.startsWith("data/"));
  const octets = payload.reduce((total, [, content]) => total + content.length, 0);
  const info = textOf(files, BAG_INFO_PATH);
  const oxum = `Payload-Oxum: ${octets}.${payload.length}`;
  files.set(BAG_INFO_PATH, Buffer.from(info.replace(/^Payload-Oxum: .*$/m, oxum)));
  for (const manifest of [MANIFEST_PATH, TAG_MANIFEST_PATH]) {
    const lines = textOf(files, manifest).split("\n").slice(0, -1);
    const mended = lines.map((line) => {
      const path = line.slice(66);
      const content = present(files.get(path), "a manifest lists files of the bag");
      return `${createHash("sha256").update(content).digest("hex")}  ${path}\n`;
    });
    files.set(manifest, Buffer.from(mended.join("")));
  }
}

function textOf(files: ReadonlyMap<string, Uint8Array>, path: string): string {
  return new TextDecoder().decode(present(files.get(path), "a bag has its tag files"));
}
