/** How bytes are packed, told by the bytes alone. `plain` is everything that is no packing we know. */
export type PackedFormat = "zip" | "gzip" | "zstd" | "tar" | "bzip2" | "xz" | "7z" | "plain";

/** How many bytes {@link formatOf} wants to see; fewer are fine when the file is shorter. */
export const SNIFF_LENGTH = 512;

const SIGNATURES: readonly { readonly format: PackedFormat; readonly offset: number; readonly bytes: string }[] = [
  { format: "zip", offset: 0, bytes: "504b0304" },
  { format: "zip", offset: 0, bytes: "504b0506" },
  { format: "gzip", offset: 0, bytes: "1f8b" },
  { format: "zstd", offset: 0, bytes: "28b52ffd" },
  { format: "tar", offset: 257, bytes: "7573746172" },
  { format: "bzip2", offset: 0, bytes: "425a68" },
  { format: "xz", offset: 0, bytes: "fd377a585a00" },
  { format: "7z", offset: 0, bytes: "377abcaf271c" },
];

/** The packing that the first bytes of a file show. */
export function formatOf(head: Uint8Array): PackedFormat {
  const match = SIGNATURES.find(({ offset, bytes }) => {
    const length = bytes.length / 2;
    return Buffer.from(head.subarray(offset, offset + length)).toString("hex") === bytes;
  });
  return match?.format ?? "plain";
}
