import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

import { type CustodyAct } from "../casefile/custody-journal.ts";
import { changeKeyPassphrase, generateExaminerKey, setKeyWrap, type NewExaminerKey } from "../casefile/examiner-key.ts";
import { certificateOfKey, listExaminerKeys, type KeyReport } from "../casefile/examiner-key-ring.ts";
import { parseTokenKey, readTokenCertificate } from "../casefile/token-key.ts";
import { type ExaminerKeys } from "../model/examiner-keys.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatInstant, parseInstant } from "../model/time.ts";
import { fingerprintSheet } from "../report/fingerprint-sheet.ts";
import { readPkcs12 } from "../signing/pkcs12.ts";
import { type ParsedOf } from "./contract.ts";
import { type keysOperations } from "./keys-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** The keys of the examiner: what is done with them is an entry of the open case's journal. */
export function keysHandlers(bench: Workbench): Pick<Handlers, keyof typeof keysOperations> {
  const desk = new KeysDesk(bench);
  return {
    "keys.list": () => desk.list(),
    "keys.import": (input) => desk.importFirst(input),
    "keys.rotate": (input) => desk.rotate(input),
    "keys.setPassphrase": (input) => desk.setPassphrase(input),
    "keys.reportLoss": (input) => desk.report(input),
    "keys.fingerprintSheet": ({ fingerprint, grant }) => desk.writeSheet(fingerprint, bench.take(grant)),
    "keys.setWrap": ({ inUse }) => desk.setWrap(inUse),
  };
}

class KeysDesk {
  readonly #bench: Workbench;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  list(): Promise<ExaminerKeys> {
    return listExaminerKeys(this.#bench.home, this.#bench.examiner.store);
  }

  async importFirst({ from, passphrase }: ParsedOf<"keys.import">): Promise<ExaminerKeys> {
    const { fingerprint, name } = await this.#bench.examiner.adopt(await this.#newKey(from), passphrase);
    await this.#journal({
      action: "key.imported",
      object: { id: "examiner", label: name, sha256: fingerprint },
      ...(from.kind === "token" && { params: { kept: "token" } }),
    });
    await this.#bench.endorse();
    return this.list();
  }

  async rotate({ to, passphrase, reason }: ParsedOf<"keys.rotate">): Promise<ExaminerKeys> {
    const rotation = await this.#bench.examiner.rotate({
      key: await this.#newKey(to),
      origin: to.kind === "new" ? "created" : "imported",
      passphrase: passphrase ?? undefined,
      reason,
    });
    await this.#journal({
      action: "key.rotated",
      object: { id: "examiner", sha256: rotation.to },
      params: { ...rotation },
      note: reason,
    });
    await this.#bench.endorseAnew();
    return this.list();
  }

  async setPassphrase({ current, next }: ParsedOf<"keys.setPassphrase">): Promise<ExaminerKeys> {
    const { home, examiner } = this.#bench;
    const change = { current: current ?? undefined, next: next ?? undefined };
    await changeKeyPassphrase(home.examinerKey, change, examiner.store);
    await this.#journal({
      action: "key.passphrase-changed",
      object: { id: "examiner" },
      params: { passphrase: next === null ? "none" : "set" },
    });
    return this.list();
  }

  async report(input: ParsedOf<"keys.reportLoss">): Promise<ExaminerKeys> {
    const report: KeyReport = { ...input, from: timeOf(input.from) };
    await this.#bench.examiner.report(report);
    await this.#journal({
      action: `key.${report.kind}`,
      object: { id: "examiner", sha256: report.fingerprint },
      params: { from: report.from },
      note: report.reason,
    });
    return this.list();
  }

  async writeSheet(fingerprint: string, path: string): Promise<{ readonly sha256: string }> {
    const { home, host } = this.#bench;
    const sheet = await fingerprintSheet(await certificateOfKey(home, fingerprint), {
      writtenAt: new Date().toISOString(),
      version: host.version,
      form: path.endsWith(".html") ? "html" : "pdf",
    });
    await writeFile(path, sheet);
    return { sha256: createHash("sha256").update(sheet).digest("hex") };
  }

  async setWrap(inUse: boolean): Promise<ExaminerKeys> {
    const { home, examiner } = this.#bench;
    await setKeyWrap(home.examinerKey, examiner.store, inUse);
    await this.#journal({ action: inUse ? "key.wrapped" : "key.unwrapped", object: { id: "examiner" } });
    return this.list();
  }

  async #newKey(from: ParsedOf<"keys.rotate">["to"]): Promise<NewExaminerKey> {
    switch (from.kind) {
      case "new":
        return generateExaminerKey(from.name);
      case "pkcs12":
        return readPkcs12(crypto, await readFile(this.#bench.take(from.grant)), from.filePassphrase);
      case "token": {
        const { grant, token, id } = from;
        const privateKey = parseTokenKey({ module: this.#bench.take(grant), token, id });
        return { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] };
      }
    }
  }

  /** Keys are the user's and not the case's; what is open while they change says so. */
  async #journal(act: CustodyAct): Promise<void> {
    await this.#bench.openOrNull?.session.custody.append(act);
  }
}

/** A time as a person gave it, in UTC. Throws the usage problem `bad-time`. */
function timeOf(text: string): string {
  const time = parseInstant(text);
  if (time !== undefined) return formatInstant(time);
  throw new Problem("usage", "bad-time", `expected an RFC 3339 time such as 2026-01-02T03:04:05Z, got ${quote(text)}`);
}
