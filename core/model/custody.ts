/**
 * One entry of the custody journal, as plain data (docs/formats/custody-journal.md). A line on disk is
 * `{"e":"<RFC 8785 bytes of the entry as a string>","hash":"<hex>","sig":"<base64>"}`.
 */
export interface CustodyEntry {
  readonly v: 1;
  /** Dense from 0. */
  readonly seq: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly clock: {
    readonly source: "os";
    /** Milliseconds of the monotonic clock since the previous entry of this session; null for the first. */ readonly monotonicMs:
      number | null;
  };
  readonly tz: string;
  readonly actor: { readonly name: string; /** Examiner key fingerprint, or "unendorsed". */ readonly key: string };
  /** SHA-256 of an identifier of the machine, shortened. */
  readonly host: string;
  readonly app: { readonly version: string; readonly build: string };
  /** Dotted verb, such as "bundle.verified" or "finding.created". */
  readonly action: string;
  readonly purpose?: string;
  readonly object?: CustodyObject;
  readonly result?: Readonly<Record<string, CustodyValue>>;
  readonly params?: Readonly<Record<string, CustodyValue>>;
  readonly note?: string;
  /** Hash of the previous entry, hex; 64 zeros for the first. */
  readonly prev: string;
}

export interface CustodyObject {
  readonly id: string;
  readonly label?: string;
  readonly bytes?: number;
  readonly sha256?: string;
}

export type CustodyValue =
  string | number | boolean | null | readonly CustodyValue[] | { readonly [key: string]: CustodyValue };

/** What a person does with a case outside the program, and puts on record: a note, a technical review, a handover. */
export const RECORDED_KINDS = ["note", "review", "handover"] as const;
export type RecordedKind = (typeof RECORDED_KINDS)[number];
