import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { buildExport, type BuiltExport } from "../core/selftest/cloudtrail-corpus.ts";
import { CLOUDTRAIL_VARIANTS } from "./generator/cloudtrail-variants.ts";

/**
 * Writes every variant of the CloudTrail export into a folder of its own, with the list of keys to pin beside it, and what
 * `assay verify` says of each (samples/README.md). Returns their names.
 */
export async function buildCloudTrailSamples(folder: string): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true });
  for (const { name, plan, pinned, mutate } of CLOUDTRAIL_VARIANTS) {
    const { files, publicKeys } = buildExport(plan);
    mutate?.(files);
    await writeVariant(join(folder, name), { files, publicKeys: pinned ? buildExport(pinned).publicKeys : publicKeys });
  }
  const verdicts = CLOUDTRAIL_VARIANTS.map(({ name, verdict, findings }) => ({ name, verdict, findings }));
  await writeFile(join(folder, "expected.json"), `${JSON.stringify(verdicts, null, 2)}\n`);
  return CLOUDTRAIL_VARIANTS.map(({ name }) => name);
}

async function writeVariant(folder: string, { files, publicKeys }: BuiltExport): Promise<void> {
  for (const [path, bytes] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
  await writeFile(`${folder}.public-keys.json`, publicKeys);
}
