/**
 * Trust policies, c2sp.org/tlog-policy: which logs are known, and which witnesses must have cosigned a checkpoint.
 *
 *     log example.com/audit+de20ee95+AepK…
 *     witness W1 example.net/w1+2f2d4b0c+BLx3…
 *     witness W2 example.net/w2+99aa01f3+Bk1b…
 *     group both all W1 W2
 *     quorum both
 *
 * Only the examiner's own policy is ever evaluated: one that lies in a bundle is a claim.
 */

import { type Hash } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type CosignerKey, isCosignerKey } from "./cosignature.ts";
import { ED25519_TYPE, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

export interface Witness {
  readonly kind: "witness";
  /** Its name within the policy. */
  readonly name: string;
  readonly key: CosignerKey;
}

export interface WitnessGroup {
  readonly kind: "group";
  readonly name: string;
  /** At least one, at most the number of members. */
  readonly threshold: number;
  readonly members: readonly PolicyMember[];
}

type PolicyMember = Witness | WitnessGroup;

export interface TlogPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly Witness[];
  /** Null for `quorum none`: no witness is required. */
  readonly quorum: PolicyMember | null;
}

/** The standard asks for at least 32 logs, witnesses and groups each. */
const MAX_POLICY_BYTES = 256 * 1024;
const MAX_POLICY_LINES = 1_000;
const NO_QUORUM = "none";

/** Reads a policy. Throws `policy-malformed` with the line; a key problem is told as its cause. */
export function parsePolicy(hash: Hash, bytes: Uint8Array): TlogPolicy {
  const text = bytes.length > MAX_POLICY_BYTES ? undefined : decodeUtf8(bytes);
  if (text === undefined) throw malformed(1, `UTF-8 of at most ${MAX_POLICY_BYTES} bytes`, "other bytes");
  const lines = text.split("\n");
  if (lines.length > MAX_POLICY_LINES) throw malformed(1, `at most ${MAX_POLICY_LINES} lines`, String(lines.length));
  const reader = new PolicyReader(hash);
  for (const [position, line] of lines.entries()) reader.read(line, position + 1);
  return reader.finish(lines.length);
}

/** The text of a policy whose quorum is `threshold` of all its witnesses, or none without witnesses. */
export function formatPolicy(logs: readonly string[], witnesses: readonly string[], threshold: number): string {
  const names = witnesses.map((_, position) => `witness-${position + 1}`);
  return [
    ...logs.map((vkey) => `log ${vkey}\n`),
    ...witnesses.map((vkey, position) => `witness ${names[position] ?? ""} ${vkey}\n`),
    ...(names.length === 0
      ? ["quorum none\n"]
      : [`group all-witnesses ${threshold} ${names.join(" ")}\n`, "quorum all-witnesses\n"]),
  ].join("");
}

export interface QuorumOutcome {
  readonly met: boolean;
  /** Witnesses that the quorum counts and that cosigned. */
  readonly seen: number;
  /** With the fewest that would still have to. */
  readonly required: number;
}

/** Evaluates the quorum for the witnesses that cosigned a checkpoint. */
export function evaluateQuorum({ quorum }: TlogPolicy, hasCosigned: (witness: Witness) => boolean): QuorumOutcome {
  if (quorum === null) return { met: true, seen: 0, required: 0 };
  const missing = missingFor(quorum, hasCosigned);
  const seen = witnessesOf(quorum).filter(hasCosigned).length;
  return { met: missing === 0, seen, required: seen + missing };
}

/** The fewest further cosignatures with which a member counts as having witnessed. */
function missingFor(member: PolicyMember, hasCosigned: (witness: Witness) => boolean): number {
  if (member.kind === "witness") return hasCosigned(member) ? 0 : 1;
  return member.members
    .map((part) => missingFor(part, hasCosigned))
    .sort((left, right) => left - right)
    .slice(0, member.threshold)
    .reduce((total, count) => total + count, 0);
}

function witnessesOf(member: PolicyMember): readonly Witness[] {
  return member.kind === "witness" ? [member] : member.members.flatMap(witnessesOf);
}

/** Takes the lines of a policy in order. */
class PolicyReader {
  readonly #hash: Hash;
  readonly #logs: VerifierKey[] = [];
  readonly #members = new Map<string, PolicyMember>();
  /** Names that a group lists already: each may count once. */
  readonly #grouped = new Set<string>();
  #quorum: PolicyMember | null | undefined;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  read(line: string, number: number): void {
    const control = /(?![\t])\p{Cc}/u.exec(line);
    if (control !== null) throw malformed(number, "no control character but the tab", quote(control[0]));
    const [keyword, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (keyword === undefined || keyword.startsWith("#")) return;
    switch (keyword) {
      case "log":
        return this.#log(words, number);
      case "witness":
        return this.#witness(words, number);
      case "group":
        return this.#group(words, number);
      case "quorum":
        return this.#readQuorum(words, number);
      default:
        throw malformed(number, "log, witness, group or quorum", quote(keyword));
    }
  }

  finish(lines: number): TlogPolicy {
    if (this.#quorum === undefined) throw malformed(lines, "a quorum line", "none");
    const witnesses = [...this.#members.values()].filter((member) => member.kind === "witness");
    return { logs: this.#logs, witnesses, quorum: this.#quorum };
  }

  #log(words: readonly string[], number: number): void {
    const [vkey = "", , ...more] = words;
    if (words.length === 0 || more.length > 0) throw malformed(number, "log <vkey> [<url>]", words.join(" "));
    const key = this.#key(vkey, number);
    if (key.type !== ED25519_TYPE) throw malformed(number, "a log key of type 0x01", `type ${key.type}`);
    this.#assertNew(key, this.#logs, number);
    this.#logs.push(key);
  }

  #witness(words: readonly string[], number: number): void {
    const [name = "", vkey, , ...more] = words;
    if (vkey === undefined || more.length > 0)
      throw malformed(number, "witness <name> <vkey> [<url>]", words.join(" "));
    const key = this.#key(vkey, number);
    if (!isCosignerKey(key)) throw malformed(number, "a witness key of type 0x04 or 0x06", `type ${key.type}`);
    const known = [...this.#members.values()].flatMap((member) => (member.kind === "witness" ? [member.key] : []));
    this.#assertNew(key, known, number);
    this.#define({ kind: "witness", name, key }, number);
  }

  #group(words: readonly string[], number: number): void {
    const [name = "", rule = "", ...names] = words;
    if (names.length === 0) throw malformed(number, "group <name> all|any|<k> <name>…", words.join(" "));
    const members = names.map((member) => this.#member(member, number));
    const again =
      names.find((member) => this.#grouped.has(member)) ?? names.find((member, at) => names.indexOf(member) < at);
    if (again !== undefined) throw malformed(number, "each name in one group, once", quote(again));
    for (const member of names) this.#grouped.add(member);
    this.#define({ kind: "group", name, threshold: thresholdOf(rule, names.length, number), members }, number);
  }

  #readQuorum(words: readonly string[], number: number): void {
    const [name = "", ...more] = words;
    if (words.length === 0 || more.length > 0) throw malformed(number, "quorum <name>|none", words.join(" "));
    if (this.#quorum !== undefined) throw malformed(number, "one quorum line", "another");
    this.#quorum = name === NO_QUORUM ? null : this.#member(name, number);
  }

  #member(name: string, number: number): PolicyMember {
    const member = this.#members.get(name);
    if (member === undefined) throw malformed(number, "a name that a line above defines", quote(name));
    return member;
  }

  #define(member: PolicyMember, number: number): void {
    if (member.name === NO_QUORUM || this.#members.has(member.name)) {
      throw malformed(number, "a name that is not defined yet", quote(member.name));
    }
    this.#members.set(member.name, member);
  }

  #key(vkey: string, number: number): VerifierKey {
    try {
      return parseVerifierKey(this.#hash, vkey);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      throw malformed(number, cause.details.expected ?? "a verifier key", cause.details.found ?? quote(vkey), cause);
    }
  }

  /** Two keys are duplicates when the public key is the same, whatever their names. */
  #assertNew(key: VerifierKey, known: readonly VerifierKey[], number: number): void {
    if (known.some(({ publicKey }) => equalBytes(publicKey, key.publicKey))) {
      throw malformed(number, "each public key once", quote(key.name));
    }
  }
}

function thresholdOf(rule: string, members: number, number: number): number {
  if (rule === "any") return 1;
  if (rule === "all") return members;
  const threshold = /^[1-9][0-9]{0,3}$/.test(rule) ? Number(rule) : NaN;
  if (!(threshold <= members)) throw malformed(number, `all, any, or 1 to ${members}`, quote(rule));
  return threshold;
}

function malformed(line: number, expected: string, found: string, cause?: Problem): Problem {
  const message = `policy: expected ${expected}, got ${found} (line ${line})`;
  // A weak key keeps its own code, so that it is refused as one (T25).
  const code = cause?.code === "key-weak" ? cause.code : "policy-malformed";
  return new Problem("refused", code, message, { line, expected, found }, { cause });
}
