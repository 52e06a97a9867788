import { literal, sql, type Sql } from "../casefile/sql.ts";
import { type LinkConfidence, type LinkKind, type NodeKind } from "../model/identity.ts";
import { type FieldPath, type TextColumn } from "../sources/source.ts";

/**
 * How one source names who acts, as data: which members of its records tell, what they name, and which links one record
 * or two records together state. Expressions are SQL over the named fields and over the columns `action`, `outcome` and `log`,
 * the log that the record is of; they hold constants of ours only. Every expression is NULL where a record has nothing to
 * say; a field is, too, where it holds a word for nothing or characters that were struck out.
 */
export interface IdentityRules {
  /** Names of the sources whose records are read so. */
  readonly sources: readonly string[];
  /** Columns of the event that are used by their own names. */
  readonly columns?: readonly TextColumn[];
  /** Members whose text is a JSON document, into which paths go on. */
  readonly embedded?: readonly FieldPath[];
  /** Members read of every record. */
  readonly fields: Readonly<Record<string, FieldPath>>;
  /**
   * Members read only where `when` holds, which may name fields: the records that give, make or ask. All others are told
   * apart by `fields` alone, so a million calls with one key are one line of work.
   */
  readonly telling?: { readonly when: Sql; readonly fields: Readonly<Record<string, FieldPath>> };
  /** Further columns over those fields and over the derived columns before them. */
  readonly derived?: Readonly<Record<string, Sql>>;
  readonly names: Readonly<Record<string, NameRule>>;
  /** Names, the first that is there: who the event is an act of. */
  readonly actor: readonly string[];
  readonly claims: readonly ClaimRule[];
  readonly meetings?: readonly MeetingRule[];
}

/** What a record names. */
export interface NameRule {
  readonly kind: NodeKind | Sql;
  /** Unique for good and for all sources that mean the same thing by it, such as 'aws-key:AKIA…'. */
  readonly key: Sql;
  readonly label: Sql;
  /** Which of the names of one thing people know it by; the lowest wins. */
  readonly rank?: number;
}

interface LinkRule {
  /** Number or name of the rule in docs/identities.md. */
  readonly rule: string;
  readonly kind: LinkKind;
  readonly confidence: LinkConfidence;
}

/** A link that one record states: from the name that gives to the name that takes. */
export interface ClaimRule extends LinkRule {
  readonly from: string;
  readonly to: string;
  readonly when?: Sql;
  /** Moments between which the taker can have used what it was given, nanoseconds. */
  readonly window?: { readonly from: Sql; readonly to: Sql };
}

/** A link that two records state: both have the same value, at about the same time. */
export interface MeetingRule extends LinkRule {
  /** How far apart the moments may be; absent: any. */
  readonly withinSeconds?: number;
  readonly giver: MeetingSide;
  readonly taker: MeetingSide;
  /** A rule whose links make this one superfluous: it is left out for takers whose events such a link explains. */
  readonly unless?: string;
}

export interface MeetingSide {
  readonly name: string;
  readonly value: Sql;
  readonly at: Sql;
  readonly when?: Sql;
}

/** The key of a name: what kind of key it is, and the value; NULL without a value. Keys that hold only there take `within`. */
export function key(space: string, value: Sql, within?: Sql): Sql {
  const named = literal(`${space}:`);
  return within ? sql`(${named} || ${within} || '/' || ${value})` : sql`(${named} || ${value})`;
}

/** The key of an account's name: an address is the same in all logs, whatever its case, another name only in its own. */
export function accountKey(space: string, name: Sql): Sql {
  return sql`CASE WHEN regexp_full_match(${name}, '[^@]+@[^@]+[.][^@]+') THEN ${key(space, sql`lower(${name})`)}
    ELSE ${key(space, name, sql`log`)} END`;
}

/** A value where a condition holds. */
export function where(condition: Sql, value: Sql): Sql {
  return sql`CASE WHEN ${condition} THEN ${value} END`;
}

/** A moment that a record writes as a date-time, nanoseconds; the basic form without hyphens and colons is old CloudTrail's. */
export function momentOf(text: Sql): Sql {
  return sql`coalesce(epoch_ns(TRY_CAST(${text} AS TIMESTAMP_NS)),
    epoch_ns(CAST(try_strptime(${text}, '%Y%m%dT%H%M%SZ') AS TIMESTAMP_NS)))`;
}
