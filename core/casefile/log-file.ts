import { DEFAULT_LIMITS, type Container, type ContainerMember } from "../bundle/container.ts";
import { streamGzipMember, type GzipOutcome } from "../bundle/gzip-member.ts";
import { streamZstdFrame } from "../bundle/zstd-stream.ts";
import { type Framing } from "../sources/framing.ts";
import { type FileSource } from "./recognise-files.ts";

/** How the bytes of a log file are packed. */
export type Packing = "plain" | "gzip" | "zstd";

/** One file of the evidence that is kept in the case. */
export interface KeptFile {
  /** Name of the member in the container. */
  readonly member: string;
  /** Bytes as packed: what reading it costs. */
  readonly byteLength: number;
  readonly packing: Packing;
  readonly framing: Framing;
}

/** One file of the evidence that holds records. */
export interface LogFile extends KeptFile {
  readonly source: FileSource;
}

/** A file that is kept and listed, without records. */
export function keptFile({ path, byteLength }: ContainerMember, packing: Packing): KeptFile {
  return { member: path, byteLength, packing, framing: { kind: "document" } };
}

/** A file that is kept as it is packed. */
export function unreadFile(member: ContainerMember): KeptFile {
  return keptFile(member, "plain");
}

/** The decompressed bytes of a log file. Bytes behind the first gzip member or zstd frame are told in `onEnd`, never joined. */
export function openLogFile(
  container: Container,
  file: Pick<KeptFile, "member" | "packing">,
  maxBytes: number,
  onEnd?: (outcome: GzipOutcome) => void,
): AsyncIterable<Uint8Array> {
  const packed = container.open(file.member);
  const { maxRatio } = container.limits ?? DEFAULT_LIMITS;
  const limits = { path: file.member, maxBytes, maxRatio };
  switch (file.packing) {
    case "plain":
      return packed;
    case "gzip":
      return streamGzipMember(packed, { ...limits, framing: "lenient" }, onEnd);
    case "zstd":
      return streamZstdFrame(packed, limits, onEnd);
  }
}
