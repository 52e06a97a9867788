import { type Instant, NANOSECONDS_PER_SECOND } from "../model/time.ts";
import { formatCheckpoint } from "../signing/checkpoint.ts";
import { type Note, type NoteSignature } from "../signing/note.ts";
import { cosign, signNote, type SigningKey } from "../signing/signing-key.ts";
import { type BuiltSegment } from "./segment-builder.ts";

export interface CheckpointMeans {
  readonly origin: string;
  readonly witnesses?: readonly SigningKey[];
  readonly now: () => Instant;
}

/** The note of the state after a segment: signed by the log's keys, then cosigned by every witness at the present time. */
export function signCheckpoint(
  { treeSize, rootHash }: Pick<BuiltSegment, "treeSize" | "rootHash">,
  keys: readonly SigningKey[],
  means: CheckpointMeans,
): Note {
  const text = formatCheckpoint({ origin: means.origin, size: treeSize, root: rootHash, extensions: [] });
  return cosigned(signNote(text, keys), means);
}

/** The note with the lines of these witnesses, in place of earlier lines by the same keys. */
export function cosigned({ text, signatures }: Note, { witnesses = [], now }: CheckpointMeans): Note {
  if (witnesses.length === 0) return { text, signatures };
  const seconds = now() / NANOSECONDS_PER_SECOND;
  const lines = witnesses.map((key) => cosign(text, key, seconds));
  const isReplaced = (line: NoteSignature): boolean =>
    lines.some(({ name, keyId }) => name === line.name && keyId === line.keyId);
  return { text, signatures: [...signatures.filter((line) => !isReplaced(line)), ...lines] };
}
