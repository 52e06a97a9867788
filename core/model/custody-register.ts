import { type CustodyEntry } from "./custody.ts";

/** Somebody in whose name entries of a custody journal are. */
export interface CustodyPerson {
  readonly name: string;
  /** Fingerprint of the examiner's key that endorsed their sessions, or "unendorsed". */
  readonly key: string;
  readonly sessions: number;
  readonly entries: number;
  /** Of their first and last entry, RFC 3339, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** Shortened digests of the machines they worked on. */
  readonly hosts: readonly string[];
}

/** What a custody journal says, by what it is about; entries are in their own order. */
export interface CustodyRegister {
  readonly people: readonly CustodyPerson[];
  /** Keys made, pinned, taken back, imported, replaced and reported. */
  readonly keyActs: readonly CustodyEntry[];
  /** Everything that left the case as a file. */
  readonly exports: readonly CustodyEntry[];
  /** How many entries are about each exhibit, by its id. */
  readonly exhibitEntries: Readonly<Record<string, number>>;
}
