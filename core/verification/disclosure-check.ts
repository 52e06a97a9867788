/**
 * Disclosed values (format §7, RFC 9901 §4.2): each must be one that its record committed to when it was logged. A disclosed
 * value can commit to further ones.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { disclosureDigest, parseDisclosure, parseDisclosures, SD_ALGORITHM } from "../bundle/disclosures.ts";
import { isDisclosuresPath } from "../bundle/layout.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { type Hash } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";

/** What the bundle discloses of one record. */
interface Disclosed {
  readonly path: string;
  readonly disclosures: readonly string[];
}

/** Collects what is disclosed, and compares it with the proven records as they go by. */
export class DisclosureChecker {
  readonly #hash: Hash;
  readonly #open = new Map<number, Disclosed>();
  readonly #findings: VerificationFinding[] = [];
  #files = 0;
  #checked = 0;

  constructor(contents: BundleContents, hash: Hash) {
    this.#hash = hash;
    for (const { path, content } of contents.files.values()) {
      if (!isDisclosuresPath(path)) continue;
      this.#files += 1;
      const records = content === null ? { malformedLine: 1 } : parseDisclosures(content);
      if ("malformedLine" in records) this.#findings.push(malformed(path, records.malformedLine));
      else for (const { index, disclosures } of records) this.#open.set(index, { path, disclosures });
    }
  }

  /** Whether records have to be read for it. */
  get isNeeded(): boolean {
    return this.#open.size > 0;
  }

  read(line: RecordLine): void {
    const disclosed = this.#open.get(line.index);
    if (disclosed === undefined || line.withheld) return;
    this.#open.delete(line.index);
    const value = parseStrictJson(line.bytes).value;
    const committed = new Set(value === undefined ? [] : digestsIn(value));
    let left = disclosed.disclosures;
    for (let before = left.length + 1; left.length < before;) {
      before = left.length;
      left = left.filter((text) => !this.#isCommitted(text, committed));
    }
    this.#checked += disclosed.disclosures.length;
    for (const text of left) this.#findings.push(wrong(text, line.index, disclosed.path));
  }

  /** Call once, after the last record. Records that never came cannot have committed to anything. */
  outcome(): CheckOutcome {
    for (const [index, { path, disclosures }] of this.#open) {
      this.#checked += disclosures.length;
      for (const text of disclosures) this.#findings.push(wrong(text, index, path));
    }
    this.#open.clear();
    if (this.#files === 0) return { checks: [notAttempted("disclosures", "nothing is disclosed")], findings: [] };
    const note = `${countOf(this.#checked, "disclosed value")} compared with what was logged`;
    return { checks: [check("disclosures", this.#checked, this.#findings.length, note)], findings: this.#findings };
  }

  #isCommitted(text: string, committed: Set<string>): boolean {
    const disclosure = parseDisclosure(text);
    if (disclosure === undefined || !committed.has(disclosureDigest(this.#hash, text))) return false;
    for (const digest of digestsIn(disclosure.value)) committed.add(digest);
    return true;
  }
}

/** The `_sd` entries of every object in a value; those of an object that names another hash algorithm do not count. */
function digestsIn(value: JsonValue): string[] {
  if (typeof value !== "object" || value === null) return [];
  const members = Object.values(value) as readonly JsonValue[]; // Object.values does not narrow members of a union
  const inner = members.flatMap(digestsIn);
  if (Array.isArray(value)) return inner;
  const { _sd: digests, _sd_alg: algorithm = SD_ALGORITHM } = value as { readonly [name: string]: JsonValue }; // arrays are excluded
  if (!Array.isArray(digests) || algorithm !== SD_ALGORITHM) return inner;
  return [...inner, ...(digests as readonly JsonValue[]).filter((digest) => typeof digest === "string")]; // as above
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
