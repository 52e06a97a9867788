import { type Container, type ContainerMember } from "../bundle/container.ts";
import { formatOf, SNIFF_LENGTH, type PackedFormat } from "../bundle/sniff.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { openLogFile, type Packing } from "./log-file.ts";
import { type FileHead } from "./sniff-framing.ts";

/** As much of a file as is looked at to tell how its records lie in it, and what they are. */
export const HEAD_BYTES = 256 * 1024;

/** How a file of a container begins, unpacked. */
export interface MemberHead extends FileHead {
  readonly member: ContainerMember;
  readonly packing: Packing;
}

/** The head of a file; how it is packed when that is not read. */
export async function readHead(container: Container, member: ContainerMember): Promise<MemberHead | PackedFormat> {
  const packing = await packingOf(container, member);
  if (!isRead(packing)) return packing;
  const bytes = await firstBytes(openLogFile(container, { member: member.path, packing }, Infinity), HEAD_BYTES);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return { member, packing, text, complete: bytes.length < HEAD_BYTES };
}

/** How a file is packed, by its first bytes. */
export async function packingOf(container: Container, { path }: ContainerMember): Promise<PackedFormat> {
  return formatOf(await firstBytes(container.open(path), SNIFF_LENGTH));
}

/** Whether files that are packed so are read. */
export function isRead(format: PackedFormat): format is Packing {
  return format === "plain" || format === "gzip" || format === "zstd";
}

/** At most `limit` bytes from the beginning. */
export async function firstBytes(source: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of source) {
    parts.push(chunk.slice(0, limit - byteLength));
    byteLength += chunk.length;
    if (byteLength >= limit) break;
  }
  return concatBytes(...parts);
}
