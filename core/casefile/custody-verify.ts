/**
 * Verifies the bytes of a custody journal: form of every line, hashes, chain, dense sequence, sessions, signatures.
 *
 * What a pass does not show: that entries at the end were not cut off, and that the holder of the examiner key did not
 * write the whole journal anew. Both need its head kept elsewhere, as a findings package does.
 */
import { createHash } from "node:crypto";

import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type CustodyVerdict } from "../model/verdict.ts";
import { verifyEcdsa } from "../signing/ecdsa.ts";
import { GENESIS, MAX_LINE_BYTES, parseCustodyLine, type CustodyLine } from "./custody-line.ts";
import { readSession, readSessionKey, SESSION_OPENED } from "./custody-session.ts";

/** A cause found in a journal. `verdict` is the best verdict it allows; a mere note is `verified`. */
export interface CustodyFinding {
  /** Stable kebab-case code, explained in docs/formats/custody-journal.md. */
  readonly code: string;
  readonly verdict: CustodyVerdict;
  readonly message: string;
  /** 1-based line of the journal. */
  readonly line: number;
}

/** A session as found: where it begins, and who endorsed it (null for an unendorsed one). */
export interface CustodySession {
  readonly firstSeq: number;
  readonly examiner: { readonly name: string; readonly fingerprint: string } | null;
}

/** The result of verifying a journal. */
export interface CustodyVerification {
  /** Whole lines. */
  readonly entries: number;
  /** `hash` of the last whole line, or 64 zeros. */
  readonly head: string;
  readonly verdict: CustodyVerdict;
  readonly findings: readonly CustodyFinding[];
  readonly sessions: readonly CustodySession[];
}

/** More findings than this are counted in a last one: a rewritten journal has one for every line. */
const MAX_FINDINGS = 1_000;

const LINE_FEED = 0x0a;

/**
 * Verifies a journal, or a slice that begins with its first entry. Never throws for what the bytes say.
 *
 * @param keptHead hash of an entry that was kept elsewhere, lower-case hex: a journal without it was cut off, or is another
 */
export async function verifyCustody(bytes: Uint8Array, keptHead?: string): Promise<CustodyVerification> {
  const check = new JournalCheck(keptHead);
  let read = 0;
  for (const line of wholeLines(bytes)) {
    await check.line(line);
    read += line.length + 1;
  }
  return check.finish(bytes.length - read);
}

/** The entries of a journal's whole lines; lines that cannot be read are left out, as {@link verifyCustody} reports. */
export function readCustodyEntries(bytes: Uint8Array): readonly CustodyEntry[] {
  const entries: CustodyEntry[] = [];
  for (const bytesOfLine of wholeLines(bytes)) {
    const line = parseCustodyLine(decodeUtf8(bytesOfLine) ?? "");
    if (typeof line !== "string") entries.push(line.entry);
  }
  return entries;
}

/** The lines that end in a line feed, without it. */
function* wholeLines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** The running state of one verification: what the next line must continue. */
class JournalCheck {
  readonly #findings: CustodyFinding[] = [];
  readonly #sessions: CustodySession[] = [];
  #uncounted = 0;
  #lines = 0;
  #head = GENESIS;
  #previous: CustodyEntry | undefined;
  #expectedSeq = 0;
  /** False after a line that is itself at fault: what follows cannot be held against it a second time. */
  #chainKnown = true;
  #session: { readonly key: CryptoKey; readonly actor: CustodyEntry["actor"] } | undefined;
  /** What was kept elsewhere and has not been found yet. */
  #missingHead: string | undefined;

  constructor(keptHead: string | undefined) {
    this.#missingHead = keptHead;
  }

  async line(bytes: Uint8Array): Promise<void> {
    this.#lines += 1;
    const text = bytes.length > MAX_LINE_BYTES ? undefined : decodeUtf8(bytes);
    const line = text === undefined ? "expected UTF-8 of at most 4 MiB" : parseCustodyLine(text);
    if (typeof line === "string") {
      this.#report("line-malformed", "altered", line);
      this.#chainKnown = false;
      this.#expectedSeq += 1;
      return;
    }
    const sound = await this.#checkLine(line);
    this.#head = line.hash;
    if (line.hash === this.#missingHead) this.#missingHead = undefined;
    this.#previous = line.entry;
    this.#expectedSeq = line.entry.seq + 1;
    this.#chainKnown = sound;
  }

  /** Checks one well-formed line; reports at most its first fault, which explains the others. */
  async #checkLine({ text, hash, signature, entry }: CustodyLine): Promise<boolean> {
    const opensSession = entry.action === SESSION_OPENED;
    if (opensSession) {
      // Also from a line that fails below: the entries of its session are then judged by the key it names.
      const key = await readSessionKey(entry);
      this.#session = key && { key, actor: entry.actor };
    }
    const data = encodeUtf8(text);
    const computed = createHash("sha256").update(data).digest("hex");
    if (computed !== hash) {
      return this.#report("hash-mismatch", "altered", `the text hashes to ${computed}, the line says ${hash}`);
    }
    const opening = opensSession ? await readSession(entry) : undefined;
    if (opening?.kind === "invalid") return this.#report("session-invalid", "altered", opening.reason);
    if (!this.#session) {
      return this.#report("session-missing", "altered", "the entry belongs to no session with a readable key");
    }
    if (!(await verifyEcdsa(crypto, this.#session.key, data, signature))) {
      return this.#report("signature-invalid", "altered", "the signature is not one of the session's key");
    }
    const { actor } = this.#session;
    if (entry.actor.key !== actor.key || entry.actor.name !== actor.name) {
      return this.#report("actor-mismatch", "altered", "the entry names another actor than its session");
    }
    if (entry.seq !== this.#expectedSeq) {
      return this.#report("sequence-broken", "altered", `expected seq ${this.#expectedSeq}, found ${entry.seq}`);
    }
    if (this.#chainKnown && entry.prev !== this.#head) {
      return this.#report("chain-broken", "altered", `expected prev ${this.#head}, found ${entry.prev}`);
    }
    this.#noteTime(entry);
    if (opening) this.#noteSession(entry, opening.kind === "endorsed" ? opening : null);
    return true;
  }

  #noteTime(entry: CustodyEntry): void {
    if (this.#previous && entry.at < this.#previous.at && entry.action !== "clock.jump") {
      const message = `recorded at ${entry.at}, before the entry above it (${this.#previous.at})`;
      this.#report("clock-went-back", "verified", message);
    }
    if (entry.action === "journal.gap") {
      this.#report("journal-gap", "verified", "an incomplete last line was found here on opening and kept aside");
    }
  }

  #noteSession(entry: CustodyEntry, examiner: CustodySession["examiner"]): void {
    this.#sessions.push({
      firstSeq: entry.seq,
      examiner: examiner && { name: examiner.name, fingerprint: examiner.fingerprint },
    });
    if (!examiner) {
      this.#report("session-unendorsed", "not-verifiable", "no examiner key endorses the key of this session");
    }
  }

  /** Always false, so that a check can return it. */
  #report(code: string, verdict: CustodyVerdict, message: string): false {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ code, verdict, message, line: this.#lines });
    else this.#uncounted += 1;
    return false;
  }

  finish(tornBytes: number): CustodyVerification {
    if (tornBytes > 0) {
      this.#lines += 1;
      const message = `the last ${tornBytes} bytes are no whole line: a write that did not finish, or a cut`;
      this.#report("line-incomplete", "not-verifiable", message);
      this.#lines -= 1;
    }
    if (this.#missingHead !== undefined) {
      const message = `no entry has the hash ${this.#missingHead}, which was kept: entries were cut off, or replaced`;
      this.#report("head-missing", "altered", message);
    }
    if (this.#lines === 0) this.#report("journal-empty", "not-verifiable", "the journal has no entry");
    if (this.#uncounted > 0) {
      const message = `${this.#uncounted} further findings are not listed`;
      this.#findings.push({ code: "findings-cut", verdict: "altered", message, line: this.#lines });
    }
    return {
      entries: this.#lines,
      head: this.#head,
      verdict: worst(this.#findings),
      findings: this.#findings,
      sessions: this.#sessions,
    };
  }
}

function worst(findings: readonly CustodyFinding[]): CustodyVerdict {
  if (findings.some((finding) => finding.verdict === "altered")) return "altered";
  return findings.some((finding) => finding.verdict === "not-verifiable") ? "not-verifiable" : "verified";
}
