/** custody.jsonl: a line an entry, `{ "e": "<the entry>", "hash": "<of e>", "sig": "<over e>" }` (docs/formats/custody-journal.md). */
import { type Files, hex, sha256, text, unbase64 } from "./bytes.ts";
import { spkiOf } from "./certificate.ts";
import { examinerKey, sessionKey, type Verify } from "./keys.ts";
import { fail, type Line, open, pass } from "./line.ts";

interface Entry {
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
  readonly action: string;
  readonly params?: {
    readonly publicKey?: string;
    readonly certificate?: string | null;
    readonly endorsement?: string | null;
  };
}

/** Whether the journal is one chain, each entry signed by the key of its session. */
export async function checkCustody(files: Files, certificate: Uint8Array | undefined): Promise<Line[]> {
  const journal = text(files.get("custody.jsonl"));
  if (journal === undefined || !journal.endsWith("\n"))
    return [fail("Custody journal", "missing, or its last line is cut")];
  let prev = "0".repeat(64);
  let seq = 0;
  let verify: Verify | undefined;
  let unendorsed = 0;
  for (const line of journal.slice(0, -1).split("\n")) {
    const outer = JSON.parse(line) as { e: string; hash: string; sig: string };
    const data = new TextEncoder().encode(outer.e);
    const entry = JSON.parse(outer.e) as Entry;
    const where = `entry ${seq}`;
    if (hex(await sha256(data)) !== outer.hash) return [fail("Custody journal", `${where} does not have its hash`)];
    if (entry.seq !== seq || entry.prev !== prev)
      return [fail("Custody journal", `${where} does not follow the one before`)];
    if (entry.action === "session.opened") {
      verify = await sessionKey(unbase64(entry.params?.publicKey ?? "") ?? new Uint8Array());
      const endorsed = await isEndorsed(entry, certificate);
      if (endorsed === false) return [fail("Custody journal", `the session of ${where} carries a false endorsement`)];
      if (endorsed === undefined) unendorsed += 1;
    }
    const signature = unbase64(outer.sig);
    if (verify === undefined || signature === undefined || !(await verify(signature, data))) {
      return [fail("Custody journal", `${where} is not signed by the key of its session`)];
    }
    prev = outer.hash;
    seq += 1;
  }
  const lines = [pass("Custody journal", `${seq} entries in one chain, each signed; the last has the hash ${prev}`)];
  if (unendorsed > 0) {
    lines.push(open("Custody journal", `${unendorsed} sessions are not endorsed by the key of keys/examiner.crt`));
  }
  return lines;
}

/** Whether the examiner's key endorses a session; undefined when nobody does, or another certificate. */
async function isEndorsed(entry: Entry, certificate: Uint8Array | undefined): Promise<boolean | undefined> {
  const { publicKey = "", certificate: named, endorsement } = entry.params ?? {};
  const der = typeof named === "string" ? unbase64(named) : undefined;
  const signature = typeof endorsement === "string" ? unbase64(endorsement) : undefined;
  if (der === undefined || signature === undefined) return undefined;
  const message = `https://assay.example/custody-session/v1\n${entry.seq}\n${entry.prev}\n${entry.at}\n${publicKey}\n`;
  const verify = await examinerKey(spkiOf(der));
  if (!(await verify(signature, new TextEncoder().encode(message)))) return false;
  return certificate !== undefined && hex(der) === hex(certificate) ? true : undefined;
}
