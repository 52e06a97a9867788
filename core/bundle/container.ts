import { type ListedFile } from "./file-bytes.ts";

/** One file inside a container. Directories are not members. */
export interface ContainerMember {
  /** As the container names it, with `/` between parts; has passed the rules of member-name.ts. */
  readonly path: string;
  /** Length of the content as `open` gives it; for zip entries as declared, which reading then checks. */
  readonly byteLength: number;
}

/** Damage of the packaging that leaves the content readable; the proofs decide what it means. */
export interface ContainerFault {
  readonly code: "zip-checksum-mismatch";
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Something that an archive says beside its members: nothing proves it, and nothing is taken from it. */
export interface ArchiveRemark {
  /** The member that it is attached to; null for the archive as a whole. */
  readonly path: string | null;
  /** Of a field of another kind than those that every tool writes, nothing is told but that it is there. */
  readonly comment: string | null;
}

/**
 * Evidence as it was received: a folder, a zip, a tar or one file. The list is complete and safe before anything is read;
 * contents are streamed, never extracted by name, and never unpacked further (an archive inside is just bytes).
 */
export interface Container {
  readonly kind: "directory" | "zip" | "tar" | "file";
  /** File or folder name, never a path. */
  readonly label: string;
  /** With which it was opened, and its content is to be unpacked; the usual ones when there are none. */
  readonly limits?: ContainerLimits;
  /** Sorted by code units of the path. */
  readonly members: readonly ContainerMember[];
  /**
   * The bytes of a member. Throws `changed-while-reading`, `zip-data-damaged` or `zip-size-mismatch` while they are
   * consumed, and the system's own error when the disk fails.
   */
  open(path: string): AsyncIterable<Uint8Array>;
  /** Where a member lies on the disk as it is, for threads that read it themselves; only folders have it. */
  fileOf?(path: string): ListedFile;
  /** What an archive says beside its members. */
  readonly remarks?: readonly ArchiveRemark[];
  /** What reading has shown so far. */
  faults(): readonly ContainerFault[];
  /**
   * Looks at the names and files on the disk once more. Throws `changed-while-reading` when they are no longer those that were
   * opened: reading a file shows nothing of the others. Evidence in memory lacks it.
   */
  assertUnchanged?(): Promise<void>;
  close(): Promise<void>;
}

/** Limits that hold before anything is read. The examiner can raise them. */
export interface ContainerLimits {
  readonly maxMembers: number;
  readonly maxTotalBytes: number;
  /** Uncompressed to compressed. Deflate itself ends near 1,032 : 1, so more than this is made on purpose. */
  readonly maxRatio: number;
  /** How much of the disk's free space unpacked evidence may take, 0 to 1. */
  readonly maxDiskShare: number;
}

export const DEFAULT_LIMITS: ContainerLimits = {
  maxMembers: 100_000,
  maxTotalBytes: 64 * 2 ** 30,
  maxRatio: 1_000,
  maxDiskShare: 0.8,
};
