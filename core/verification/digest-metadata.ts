/** S3 metadata of digest objects, which alone holds their own signatures. */
import { type Digest } from "../bundle/cloudtrail-digest.ts";
import { type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type ObjectMetadata } from "../bundle/object-metadata.ts";
import { append } from "../model/grouped.ts";

/** The S3 key that a path shows: from its `AWSLogs` on. */
export function keyOfPath(path: string): string {
  return path.slice(Math.max(0, path.indexOf("AWSLogs/")));
}

/** Finds the metadata of a digest: by the object it names, or beside the file, and tells what was never asked for. */
export class SignatureIndex {
  readonly #byObject = new Map<string, ObjectMetadata[]>();
  readonly #byFile = new Map<string, ObjectMetadata[]>();
  readonly #used = new Set<ObjectMetadata>();
  readonly #entries: readonly ObjectMetadata[];

  constructor(entries: readonly ObjectMetadata[]) {
    this.#entries = entries;
    for (const entry of entries) {
      if ("file" in entry.object) append(this.#byFile, entry.object.file, entry);
      else append(this.#byObject, entry.object.key, entry);
    }
  }

  of({ path }: DigestFile, { key, bucket }: Digest): readonly ObjectMetadata[] {
    const named = [...(this.#byObject.get(key) ?? []), ...(this.#byObject.get(keyOfPath(path)) ?? [])];
    const ofBucket = named.filter(({ object }) => "bucket" in object && object.bucket === bucket);
    const found = [...new Set([...(this.#byFile.get(path) ?? []), ...ofBucket])];
    for (const entry of found) this.#used.add(entry);
    return found;
  }

  unused(): readonly ObjectMetadata[] {
    return this.#entries.filter((entry) => !this.#used.has(entry));
  }
}
