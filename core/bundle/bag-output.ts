import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { throwIfCancelled } from "../model/problem.ts";
import { assertAbsent, BagFolder } from "./bag-folder.ts";
import { writeZip } from "./zip-write.ts";

/**
 * A new bag at `output`, a folder or, when the name ends in `.zip`, a zip: filled by `fill`, there whole or not at all.
 * Throws `output-exists` and `output-busy`.
 */
export async function writeBag<Summary>(
  output: string,
  fill: (folder: BagFolder) => Promise<Summary>,
  signal: AbortSignal | undefined,
): Promise<Summary> {
  await assertAbsent(output);
  const asZip = output.endsWith(".zip");
  const folder = await BagFolder.create(asZip ? join(dirname(output), `.${basename(output)}.bag`) : output);
  try {
    const summary = await fill(folder);
    throwIfCancelled(signal);
    if (asZip) {
      const paths = folder.files.map(({ path }) => path);
      await writeZip(folder.partialPath, paths, basename(output, ".zip"), output, signal);
      await rm(folder.partialPath, { recursive: true });
    } else {
      await folder.finish();
    }
    return summary;
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
