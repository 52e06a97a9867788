import { type IdentityLink, type NodeKind, type Principal } from "./identity.ts";

/** A value that events of a principal have, how often, and when. */
export interface SeenValue {
  readonly value: string;
  readonly events: number;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** Acts of one class, as the record's own words for them sort. */
export interface ActionClass {
  readonly name: string;
  readonly done: number;
  readonly refused: number;
  readonly actions: readonly { readonly action: string; readonly done: number; readonly refused: number }[];
}

/** A step in a tree of power: towards where it came from, or where it went. */
export interface PowerStep {
  /** Null for the root. */
  readonly link: IdentityLink | null;
  readonly id: string;
  readonly label: string;
  readonly kind: NodeKind;
  /** Credentials of the step, such as "AKIA…H4RT". */
  readonly credentials: readonly string[];
  readonly events: number;
  readonly steps: readonly PowerStep[];
  /** True where the tree was cut: more lies behind. */
  readonly cut: boolean;
}

/** A sign-in that a principal's power goes back to. */
export interface SignIn {
  readonly seq: number;
  readonly time: bigint | null;
  readonly action: string;
  readonly address: string | null;
  readonly outcome: string | null;
  /** Whether it came before the first event of the card. */
  readonly before: boolean;
}

/** Everything that the records show of one principal. */
export interface IdentityCard extends Principal {
  readonly names: readonly {
    readonly id: string;
    readonly key: string;
    readonly kind: NodeKind;
    readonly label: string;
  }[];
  readonly credentials: readonly Principal[];
  readonly credentialsTotal: number;
  readonly sessions: readonly Principal[];
  readonly sessionsTotal: number;
  readonly addresses: readonly SeenValue[];
  readonly agents: readonly SeenValue[];
  readonly classes: readonly ActionClass[];
  readonly links: readonly IdentityLink[];
  readonly linksTotal: number;
  readonly signIns: readonly SignIn[];
  /** Sign-ins of those its power came from, the nearest first; hints are not followed. */
  readonly giverSignIns: readonly {
    readonly id: string;
    readonly label: string;
    readonly signIns: readonly SignIn[];
  }[];
  readonly cameFrom: readonly PowerStep[];
  readonly handedOn: PowerStep;
  readonly decisions: readonly IdentityDecision[];
}

/** What the analyst decided, and why. */
export interface IdentityDecision {
  readonly act: number;
  readonly at: string;
  readonly verdict: "accept" | "reject" | "split" | "merge";
  readonly subject: string;
  readonly other: string | null;
  readonly reason: string;
}
