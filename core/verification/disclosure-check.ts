/**
 * Disclosed values (format §7, RFC 9901 §4.2): each must be one that its record committed to when it was logged. A disclosed
 * value can commit to further ones.
 */
import { type BagContents } from "../bundle/bundle-reader.ts";
import {
  disclosureDigest,
  parseDisclosure,
  parseDisclosures,
  type RecordDisclosures,
  SD_ALGORITHM,
} from "../bundle/disclosures.ts";
import { isDisclosuresPath } from "../bundle/layout.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { type Hash } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";

/** What the bundle discloses of one record: each text, and the file in which it stands. */
type Disclosed = Map<string, string>;

/** Digests that an object commits to, each with the names that are taken in it; further ones take their own. */
type Commitments = Map<string, Set<string>>;

/** RFC 9901 §7.1: no disclosure has one of these names. */
const RESERVED_NAMES = ["_sd", "..."];

/** Collects what is disclosed, and compares it with the proven records as they go by. */
export class DisclosureChecker {
  readonly #hash: Hash;
  readonly #open = new Map<number, Disclosed>();
  readonly #findings: VerificationFinding[] = [];
  #files = 0;
  #checked = 0;

  constructor(contents: BagContents, hash: Hash) {
    this.#hash = hash;
    for (const { path, content } of contents.files.values()) {
      if (!isDisclosuresPath(path)) continue;
      this.#files += 1;
      const records = content === null ? { malformedLine: 1 } : parseDisclosures(content);
      if ("malformedLine" in records) this.#findings.push(malformed(path, records.malformedLine));
      else for (const record of records) this.#add(record, path);
    }
  }

  /** Whether records have to be read for it. */
  get isNeeded(): boolean {
    return this.#open.size > 0;
  }

  /** Whether something is disclosed of the record at this index. */
  needs(index: number): boolean {
    return this.#open.has(index);
  }

  read(line: RecordLine): void {
    const disclosed = this.#open.get(line.index);
    if (disclosed === undefined || line.withheld) return;
    this.#open.delete(line.index);
    const value = parseStrictJson(line.bytes).value;
    const committed: Commitments = new Map(value === undefined ? [] : commitmentsIn(value));
    let left = [...disclosed];
    for (let before = left.length + 1; left.length < before;) {
      before = left.length;
      left = left.filter(([text, path]) => !this.#isCommitted(text, committed, { index: line.index, file: path }));
    }
    this.#checked += disclosed.size;
    for (const [text, path] of left) this.#findings.push(wrong(text, line.index, path));
  }

  /** Call once, after the last record. Records that never came cannot have committed to anything. */
  outcome(): CheckOutcome {
    for (const [index, disclosed] of this.#open) {
      this.#checked += disclosed.size;
      for (const [text, path] of disclosed) this.#findings.push(wrong(text, index, path));
    }
    this.#open.clear();
    if (this.#files === 0) return { checks: [notAttempted("disclosures", "nothing is disclosed")], findings: [] };
    const note = `${countOf(this.#checked, "disclosed value")} compared with what was logged`;
    return { checks: [check("disclosures", this.#checked, this.#findings.length, note)], findings: this.#findings };
  }

  #add({ index, disclosures }: RecordDisclosures, path: string): void {
    const disclosed: Disclosed = this.#open.get(index) ?? new Map<string, string>();
    for (const text of disclosures) disclosed.set(text, path);
    this.#open.set(index, disclosed);
  }

  #isCommitted(
    text: string,
    committed: Commitments,
    where: { readonly index: number; readonly file: string },
  ): boolean {
    const disclosure = parseDisclosure(text);
    const names = committed.get(disclosureDigest(this.#hash, text));
    if (disclosure === undefined || names === undefined) return false;
    const { name, value } = disclosure;
    if (names.has(name) || RESERVED_NAMES.includes(name)) this.#findings.push(taken(name, where));
    names.add(name);
    for (const [digest, inner] of commitmentsIn(value)) committed.set(digest, inner);
    return true;
  }
}

/** The `_sd` entries of every object in a value; those of an object that names another hash algorithm do not count. */
function commitmentsIn(value: JsonValue): readonly (readonly [digest: string, names: Set<string>])[] {
  if (typeof value !== "object" || value === null) return [];
  const members = Object.values(value) as readonly JsonValue[]; // Object.values does not narrow members of a union
  const inner = members.flatMap(commitmentsIn);
  if (Array.isArray(value)) return inner;
  const { _sd: digests, _sd_alg: algorithm = SD_ALGORITHM } = value as { readonly [name: string]: JsonValue }; // arrays are excluded
  if (!Array.isArray(digests) || algorithm !== SD_ALGORITHM) return inner;
  const names = new Set(Object.keys(value));
  const own = (digests as readonly JsonValue[]).filter((digest) => typeof digest === "string"); // as above
  return [...inner, ...own.map((digest) => [digest, names] as const)];
}

function taken(name: string, where: { readonly index: number; readonly file: string }): VerificationFinding {
  const message = `The disclosed field ${quote(name)} of event ${where.index} has a name that is taken there: tools may show either value.`;
  return finding("disclosures-malformed", "verified-with-limits", message, where);
}

function wrong(text: string, index: number, file: string): VerificationFinding {
  const name = parseDisclosure(text)?.name ?? "an unreadable field";
  const message = `The disclosed value of ${quote(name)} in event ${index} is not the logged value.`;
  return finding("disclosure-wrong", "altered", message, { file, index });
}

function malformed(file: string, line: number): VerificationFinding {
  const message = `The file of disclosed values is malformed in line ${line}.`;
  return finding("disclosures-malformed", "verified-with-limits", message, { file, line });
}
