import { type IdentityLink, type LinkConfidence, type LinkState, type NodeKind } from "../../../core/model/identity.ts";
import { instant } from "../../../core/model/time.ts";
import { clock, shortDate } from "../../ui/format.ts";

/** What a kind of name is called. */
export const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  person: "Person's name in the log",
  user: "User account",
  root: "Root account",
  "federated-subject": "Federated subject",
  role: "Role",
  "service-account": "Service account",
  app: "Application",
  service: "Service",
  group: "Group",
  account: "Cloud account",
  provider: "Identity provider",
  device: "Device",
  "console-session": "Console session",
  "role-session": "Role session",
  session: "Session",
  "access-key": "Key",
  token: "Token",
  "session-name": "Session name",
  tag: "Session tag",
};

export const CONFIDENCE_WORDS: Readonly<Record<LinkConfidence, string>> = { P: "Proven", S: "Strong", W: "Weak" };

export const STATE_WORDS: Readonly<Record<LinkState, string>> = {
  standing: "By rule",
  open: "Open",
  accepted: "Accepted",
  rejected: "Rejected",
  "set-aside": "Set aside",
};

const VERBS: Readonly<Record<IdentityLink["kind"], string>> = {
  same: "is another name of",
  credential: "holds",
  session: "acts in",
  issued: "was answered with",
  login: "signed in to",
  switched: "switched to",
  "acts-for": "is behind",
  created: "made",
  granted: "gave rights to",
  attempted: "was refused",
  via: "acted through",
  impersonated: "acted under the name of",
  "same-act": "recorded the same act as",
  vouched: "vouched for",
  member: "has as its member",
  named: "bears the name",
  tagged: "bears the tag",
  "from-device": "was used on",
  "shares-origin": "shares address and program with",
};

/** "bert-jan holds AKIA…20BJ" */
export function linkSentence({ from, kind, to }: IdentityLink): string {
  const called = ({ name, label }: IdentityLink["from"]): string => shortName(from.id === to.id ? name : label);
  return `${called(from)} ${VERBS[kind]} ${called(to)}`;
}

/** What a link is called on an edge. */
export function linkVerb({ kind }: IdentityLink): string {
  return VERBS[kind];
}

const KEY_ID = /^(A[KS]IA)[A-Z0-9]{12,}$/;
const ARN = /^arn:[^/]*[:/]/;

/** A key id as people tell keys apart, and an ARN by its end; anything else as it is. */
export function shortName(name: string): string {
  const key = KEY_ID.exec(name);
  if (key) return `${key[1] ?? ""}…${name.slice(-4)}`;
  return name.replace(ARN, "…/");
}

/** "10 Jul 11:54:33", or that no event is dated. */
export function whenText(nanoseconds: bigint | null): string {
  if (nanoseconds === null) return "undated";
  const time = instant(nanoseconds);
  return `${shortDate(time)} ${clock(time)}`;
}
