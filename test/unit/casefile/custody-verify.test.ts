import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { formatCustodyLine, parseCustodyLine, type CustodyLine } from "../../../core/casefile/custody-line.ts";
import { createSessionKey } from "../../../core/casefile/custody-session.ts";
import { verifyCustody } from "../../../core/casefile/custody-verify.ts";
import { createExaminerKey } from "../../../core/casefile/examiner-key.ts";
import { canonicalJson } from "../../../core/encoding/canonical-json.ts";
import { inTemporaryFolder, openTestJournal } from "../../support/custody-fixture.ts";

/** Two sessions of three entries each: opened, one act, closed. */
let lines: readonly string[] = [];
/** The same length and actions, by another examiner. */
let foreignLines: readonly string[] = [];

beforeAll(async () => {
  await inTemporaryFolder(async (folder) => {
    lines = await twoSessions(folder, "Examiner One");
    foreignLines = await twoSessions(folder, "Examiner Two");
  });
});

async function twoSessions(folder: string, name: string): Promise<readonly string[]> {
  const file = join(folder, `${name}.jsonl`);
  const examiner = await createExaminerKey(name, join(folder, `${name}.key`));
  for (let session = 0; session < 2; session++) {
    const journal = await openTestJournal(file, examiner);
    await journal.append({ action: "finding.created", object: { id: `F-000${session + 1}` } });
    await journal.close();
  }
  return (await readFile(file, "utf8")).trimEnd().split("\n");
}

const bytesOf = (some: readonly string[]): Uint8Array => Buffer.from(some.map((line) => `${line}\n`).join(""));

const codesOf = async (some: readonly string[]): Promise<readonly (readonly [number, string])[]> =>
  (await verifyCustody(bytesOf(some))).findings.map(({ line, code }) => [line, code]);

function parsed(line: string | undefined): CustodyLine {
  const result = parseCustodyLine(line ?? "");
  if (typeof result === "string") throw new Error(result);
  return result;
}

const replaced = (at: number, line: string): string[] => lines.map((old, index) => (index === at ? line : old));

/** The line with a changed entry, hash corrected and signature kept: what somebody without a key can do. */
function rewritten(line: string | undefined, change: Readonly<Record<string, unknown>>): string {
  const { entry, signature } = parsed(line);
  const text = canonicalJson({ ...entry, ...change });
  return formatCustodyLine({ text, hash: createHash("sha256").update(text).digest("hex"), signature });
}

describe("verifying a custody journal", () => {
  it("passes the intact one", async () => {
    expect(await verifyCustody(bytesOf(lines))).toMatchObject({ entries: 6, verdict: "verified", findings: [] });
  });

  it("passes every slice from the first entry, as a chain alone cannot show a cut tail", async () => {
    for (let length = 1; length <= lines.length; length++) {
      const slice = lines.slice(0, length);
      const head = parsed(slice.at(-1)).hash;
      expect(await verifyCustody(bytesOf(slice))).toMatchObject({ entries: length, head, verdict: "verified" });
    }
  });

  it("locates each edited line, by its hash or by its signature", async () => {
    for (const [at, line] of lines.entries()) {
      const { text, hash, signature, entry } = parsed(line);
      const edited = formatCustodyLine({ text: text.replace(entry.host, "ffffffffffffffff"), hash, signature });
      expect(await codesOf(replaced(at, edited))).toEqual([[at + 1, "hash-mismatch"]]);
      const consistent = rewritten(line, { host: "ffffffffffffffff" });
      expect(await codesOf(replaced(at, consistent))).toEqual([[at + 1, "signature-invalid"]]);
    }
  });

  it("finds each removed line except the last", async () => {
    for (let at = 0; at < lines.length - 1; at++) {
      const result = await verifyCustody(bytesOf(lines.filter((_, index) => index !== at)));
      expect(result.verdict, `line ${at + 1} removed`).toBe("altered");
    }
    expect(await codesOf(lines.filter((_, index) => index !== 1))).toEqual([[2, "sequence-broken"]]);
    expect(await codesOf(lines.slice(1))).toContainEqual([1, "session-missing"]);
  });

  it("finds each two neighbours that changed places, and each doubled line", async () => {
    for (let at = 0; at + 1 < lines.length; at++) {
      const swapped = [...lines.slice(0, at), lines[at + 1] ?? "", lines[at] ?? "", ...lines.slice(at + 2)];
      expect((await verifyCustody(bytesOf(swapped))).verdict, `lines ${at + 1} and ${at + 2}`).toBe("altered");
      const doubled = [...lines.slice(0, at + 1), lines[at] ?? "", ...lines.slice(at + 1)];
      expect(await codesOf(doubled)).toEqual([[at + 2, "sequence-broken"]]);
    }
  });

  it("finds a session put in from another journal, though its own signatures and endorsement hold", async () => {
    const result = await codesOf([...lines.slice(0, 3), ...foreignLines.slice(3)]);
    expect(result).toEqual([[4, "chain-broken"]]);
  });

  it("finds an entry signed by the key of the session before", async () => {
    const swapped = replaced(4, lines[1] ?? "");
    expect(await codesOf(swapped)).toContainEqual([5, "signature-invalid"]);
  });

  it("finds an endorsement moved to another session key", async () => {
    const { entry } = parsed(lines[0]);
    const key = await createSessionKey();
    const text = canonicalJson({
      ...entry,
      params: { ...entry.params, publicKey: Buffer.from(key.publicKey).toString("base64") },
    });
    const data = Buffer.from(text);
    const hash = createHash("sha256").update(data).digest("hex");
    const forged = formatCustodyLine({ text, hash, signature: await key.sign(data) });
    expect(await codesOf([forged])).toEqual([[1, "session-invalid"]]);
  });

  it("finds a session that was stripped of its endorsement while it still names the examiner", async () => {
    const stripped = rewritten(lines[0], {
      params: { ...parsed(lines[0]).entry.params, certificate: null, endorsement: null },
    });
    expect(await codesOf([stripped])).toEqual([[1, "session-invalid"]]);
  });

  it("finds that a head which was kept is gone: its tail was cut off, or somebody went on with a copy", async () => {
    const kept = parsed(lines[4]).hash;
    expect(await verifyCustody(bytesOf(lines), kept)).toMatchObject({ verdict: "verified", findings: [] });
    for (const other of [lines.slice(0, 4), foreignLines]) {
      const result = await verifyCustody(bytesOf(other), kept);
      expect(result).toMatchObject({ verdict: "altered", findings: [{ code: "head-missing" }] });
    }
  });

  it("calls an empty journal and a cut last line not verifiable, never verified", async () => {
    expect(await verifyCustody(new Uint8Array())).toMatchObject({ entries: 0, verdict: "not-verifiable" });
    const whole = bytesOf(lines.slice(0, 2));
    const firstLength = bytesOf(lines.slice(0, 1)).length;
    for (let length = firstLength + 1; length < whole.length; length += 7) {
      expect((await verifyCustody(whole.subarray(0, length))).verdict).toBe("not-verifiable");
    }
  });

  it("accepts one spelling of a line only", async () => {
    const line = lines[1] ?? "";
    const { e, hash, sig } = JSON.parse(line) as { e: string; hash: string; sig: string };
    const spellings = [
      line.replace(":", ": "),
      `${line} `,
      JSON.stringify({ hash, e, sig }),
      JSON.stringify({ e, hash: hash.toUpperCase(), sig }),
      JSON.stringify({ e, hash, sig, more: 1 }),
      JSON.stringify({ e, hash, sig: `${sig}=` }),
      line.replace("action", "\\u0061ction"),
    ];
    for (const spelling of spellings) {
      expect(await codesOf([lines[0] ?? "", spelling]), spelling.slice(0, 40)).toEqual([[2, "line-malformed"]]);
    }
  });

  it("stays calm before hostile lines", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const hostile = ["", "null", "{}", deep, JSON.stringify({ e: deep, hash: "0".repeat(64), sig: "" }), "\u0000"];
    const result = await verifyCustody(bytesOf(hostile));
    expect(result).toMatchObject({ entries: hostile.length, verdict: "altered" });
    expect(result.findings.every(({ code }) => code === "line-malformed")).toBe(true);
    const many = await verifyCustody(Buffer.from("\n".repeat(5_000)));
    expect(many.findings).toHaveLength(1_001);
  });

  it("detects every flipped bit of a session's opening, and one in each byte of the entry after it", async () => {
    const opening = bytesOf(lines.slice(0, 1));
    const both = bytesOf(lines.slice(0, 2));
    const undetected: number[] = [];
    const flip = async (bytes: Uint8Array, bit: number): Promise<void> => {
      const flipped = new Uint8Array(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if ((await verifyCustody(flipped)).verdict === "verified") undetected.push(bit);
    };
    for (let bit = 0; bit < opening.length * 8; bit++) await flip(opening, bit);
    for (let byte = opening.length; byte < both.length; byte++) await flip(both, byte * 8 + (byte % 8));
    expect(undetected).toEqual([]);
  }, 60_000);
});
