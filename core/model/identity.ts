/**
 * What a name in a record stands for. An account is not a person: records show which credentials were used, from where
 * and when, never who held them.
 */
export const NODE_KINDS = [
  "person",
  "user",
  "root",
  "federated-subject",
  "role",
  "service-account",
  "app",
  "service",
  "group",
  "account",
  "provider",
  "device",
  "console-session",
  "role-session",
  "session",
  "access-key",
  "token",
  "session-name",
  "tag",
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Kinds that are held, not acted as. */
export const CREDENTIAL_KINDS: readonly NodeKind[] = ["access-key", "token"];
export const SESSION_KINDS: readonly NodeKind[] = ["console-session", "role-session", "session"];

/** Kinds that a list of identities begins with: what acts or stands behind acts, without its credentials and sessions. */
export const ACCOUNT_KINDS: readonly NodeKind[] = [
  "person",
  "user",
  "root",
  "federated-subject",
  "role",
  "service-account",
  "app",
  "service",
  "account",
  "device",
];

/** P proven by a unique identifier the log wrote · S several fields agree · W a hint, which merges nothing by itself. */
export type LinkConfidence = "P" | "S" | "W";

/**
 * From the one that gives power to the one that has it from there.
 * `same` two names of one thing · `credential` holds it · `session` acts in it · `issued` was answered with it · `login`
 * signed in to it · `switched` turned into it · `acts-for` is behind it · `created`, `granted` made it or gave it rights ·
 * `attempted` was refused it · `via` asked a service to forward · `impersonated` acted
 * under its name · `same-act` one act, told by two accounts ·
 * `vouched` attests the subject · `member` belongs to it · `named` bears a name the caller chose · `tagged` bears a tag ·
 * `from-device` was used on it · `shares-origin` the same address and program.
 */
export const LINK_KINDS = [
  "same",
  "credential",
  "session",
  "issued",
  "login",
  "switched",
  "acts-for",
  "created",
  "granted",
  "attempted",
  "via",
  "impersonated",
  "same-act",
  "vouched",
  "member",
  "named",
  "tagged",
  "from-device",
  "shares-origin",
] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** Acts of the taker are acts of the giver, too: it did them with what it held. */
export const CARRYING_KINDS: readonly LinkKind[] = ["credential", "session", "issued", "login", "switched", "acts-for"];
/** What a blast radius follows: power that went on, whoever used it. */
export const CONVEYING_KINDS: readonly LinkKind[] = [...CARRYING_KINDS, "created", "granted"];

/** `standing` proven or strong and not decided · `open` weak and not decided · `set-aside` its name was split off. */
export type LinkState = "standing" | "open" | "accepted" | "rejected" | "set-aside";

/** One row of the list of identities. Counts are of the principal and of every credential and session it held. */
export interface Principal {
  /** Stable over imports, such as "I-3f9a12c40b7e". */
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
  readonly aliases: readonly string[];
  /** Nanoseconds since the epoch; null when no event of it is dated. */
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly events: number;
  readonly failures: number;
}

/** A link between two principals, with the rule that found it. */
export interface IdentityLink {
  /** Stable over imports, such as "L-0b1c22d3e4f5". */
  readonly id: string;
  readonly kind: LinkKind;
  readonly rule: string;
  /** What the rule takes as proof, in words. */
  readonly ruleText: string;
  readonly confidence: LinkConfidence;
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly state: LinkState;
  readonly reason: string | null;
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** Number of events that are its evidence. */
  readonly events: number;
}

/** One end of a link: the principal it belongs to, and the very name that the records have. */
export interface LinkEnd {
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
  readonly name: string;
}

/** How current the identities are. */
export interface IdentityState {
  /** False while events or decisions came that the tables do not know. */
  readonly current: boolean;
  /** Revision of the case at which they were made; null before the first time. */
  readonly revision: number | null;
  readonly principals: number;
  readonly links: number;
  readonly open: number;
}

/** The picture around one principal: capped, and always with its edges as a table. */
export interface IdentityGraph {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: NodeKind;
    readonly events: number;
    /** Steps of power from the selection: 0 itself, below 0 towards where its power came from. */
    readonly level: number;
  }[];
  readonly edges: readonly IdentityLink[];
  /** Nodes that were left out to keep the picture readable. */
  readonly hidden: number;
}

/** Power that went from one principal to another, by the names that records have for them. */
export interface Handover {
  readonly link: string;
  readonly rule: string;
  /** Whether it is a weak hint that nobody accepted. */
  readonly inferred: boolean;
  readonly from: string;
  /** Recorded time of the act that gave, nanoseconds since the epoch. */
  readonly given: bigint;
  readonly to: string;
  /** Recorded time of the first act of who took it, from then on. */
  readonly taken: bigint;
  /** Position of that act. */
  readonly seq: number;
}
