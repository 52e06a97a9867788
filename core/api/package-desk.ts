import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { readCustodyEntries, verifyCustody } from "../casefile/custody-verify.ts";
import { listExaminerKeys, retiredExaminerKeys } from "../casefile/examiner-key-ring.ts";
import { pinExaminer } from "../casefile/pins.ts";
import { readTrustStore, timeAuthoritiesOf } from "../casefile/trust-store.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type PackagedRecord, type PackageView } from "../model/findings-package.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { withDecrypted } from "../report/encrypted-transport.ts";
import { CUSTODY, EXAMINER_CERTIFICATE, FINDINGS_JSON, linePathOf, REPORT_JSON } from "../report/package-layout.ts";
import { PackageReader } from "../report/package-reader.ts";
import { readPackage } from "../report/package-reading.ts";
import { addPackageTimeStamp, packageTimeStampQuery } from "../report/package-time-stamp.ts";
import { printRecord } from "../report/printable.ts";
import { readContent } from "../report/read-content.ts";
import { parseReportModel } from "../report/report-model-json.ts";
import { verifyPackageFiles } from "../report/verify-package.ts";
import { formatPem } from "../signing/pem.ts";
import { type ParsedOf } from "./contract.ts";
import { type packageOperations } from "./package-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

/** Bytes of a record shown on a screen. */
const MAX_SHOWN_RECORD = 64 * 1024;

/** Reader mode: a findings package is verified and read; a case is neither needed nor touched. */
export function packageHandlers(
  bench: Workbench,
): Pick<Handlers, Exclude<keyof typeof packageOperations, "export.write">> {
  const desk = new PackageDesk(bench);
  return {
    "package.open": (input, { signal, progress }) => desk.open(input, { signal, onProgress: progress }),
    "package.read": () => desk.read(),
    "package.record": ({ item }) => desk.record(item),
    "package.custody": ({ start, count }) => desk.custody(start, count),
    "package.trustSigner": ({ reason }) => desk.trustSigner(reason),
    "package.writeTimeStampQuery": ({ grant }) => desk.writeTimeStampQuery(bench.take(grant)),
    "package.addTimeStamp": (input) => desk.addTimeStamp(input),
    "package.close": () => desk.close(),
  };
}

/** A package that is open: where it lies, and its files as they were read. */
interface OpenPackage {
  readonly path: string;
  readonly label: string;
  readonly isFolder: boolean;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

class PackageDesk {
  readonly #bench: Workbench;
  #open: OpenPackage | null = null;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async open({ grant, identities }: ParsedOf<"package.open">, work: LongWork): Promise<PackageView> {
    const path = this.#bench.take(grant);
    const keys = identities === null ? null : this.#bench.take(identities);
    work.onProgress?.({ phase: "reading", bytesDone: 0, bytesTotal: undefined, records: 0 });
    const files = await (path.endsWith(".age") ? readEncrypted(path, keys, work) : readPackage(path, work.signal));
    const isFolder = (await stat(path)).isDirectory();
    work.onProgress?.({ phase: "verifying", bytesDone: 0, bytesTotal: undefined, records: 0 });
    this.#open = { path, label: basename(path), isFolder, files };
    return this.#view(this.#open);
  }

  async read(): Promise<PackageView | null> {
    return this.#open && this.#view(this.#open);
  }

  record(item: string): Promise<PackagedRecord> {
    const bytes = this.#current.files.get(linePathOf(item));
    if (bytes === undefined) return Promise.resolve({ item, text: null, bytes: 0, sha256: "" });
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return Promise.resolve({ item, text: printRecord(bytes, MAX_SHOWN_RECORD), bytes: bytes.length, sha256 });
  }

  custody(start: number, count: number) {
    const entries = readCustodyEntries(this.#current.files.get(CUSTODY) ?? new Uint8Array());
    return Promise.resolve({ entries: entries.slice(start, start + count), total: entries.length });
  }

  async trustSigner(reason: string): Promise<PackageView> {
    const { files } = this.#current;
    const certificate = decodeUtf8(files.get(EXAMINER_CERTIFICATE) ?? new Uint8Array()) ?? "";
    await pinExaminer(this.#bench.home.trustStore, certificate, reason, new Date().toISOString());
    return this.#view(this.#current);
  }

  async writeTimeStampQuery(target: string): Promise<{ readonly sha256: string }> {
    const query = await packageTimeStampQuery(this.#current.path);
    await writeFile(target, query);
    return { sha256: createHash("sha256").update(query).digest("hex") };
  }

  async addTimeStamp({ grant, query }: ParsedOf<"package.addTimeStamp">): Promise<PackageView> {
    const { path } = this.#current;
    const authorities = timeAuthoritiesOf(await readTrustStore(this.#bench.home.trustStore));
    await addPackageTimeStamp(path, {
      response: await readFile(this.#bench.take(grant)),
      query: query === null ? null : await readFile(this.#bench.take(query)),
      authorities,
      chain: authorities
        .map(({ certificate }) => formatPem("CERTIFICATE", new Uint8Array(certificate.toSchema().toBER())))
        .join(""),
    });
    this.#open = { ...this.#current, files: await readPackage(path) };
    return this.#view(this.#open);
  }

  close(): Promise<null> {
    this.#open = null;
    return Promise.resolve(null);
  }

  get #current(): OpenPackage {
    if (this.#open) return this.#open;
    throw new Problem("usage", "no-package-open", "expected an open findings package, found none");
  }

  async #view({ label, isFolder, files }: OpenPackage): Promise<PackageView> {
    const { home, examiner } = this.#bench;
    const store = await readTrustStore(home.trustStore);
    const { keys } = await listExaminerKeys(home, examiner.store);
    // Keys that were lost or are in other hands have to be compared like any other.
    const own = keys.filter(({ state }) => state === "current" || state === "rotated");
    const trusted = [...store.examiners, ...own].map(({ fingerprint }) => fingerprint);
    const retired = await retiredExaminerKeys(home);
    const result = await verifyPackageFiles(PackageReader.of(files), {
      trusted,
      authorities: timeAuthoritiesOf(store),
      retired,
    });
    const { entries, head } = await verifyCustody(files.get(CUSTODY) ?? new Uint8Array());
    const { signer } = result;
    return {
      label,
      verdict: result.verdict,
      summary: result.summary,
      checks: result.checks,
      findings: result.findings,
      signer: signer && { ...signer, own: keys.find(({ fingerprint }) => fingerprint === signer.fingerprint) ?? null },
      content: readContent(jsonOf(files.get(FINDINGS_JSON))),
      report: parseReportModel(jsonOf(files.get(REPORT_JSON))),
      custody: { entries, head },
      files: [...files].map(([path, bytes]) => ({ path, bytes: bytes.length })).sort(byPath),
      stampable: isFolder,
    };
  }
}

/** The files of an age file, by way of a decrypted copy that is gone when they are read. */
async function readEncrypted(
  path: string,
  identities: string | null,
  { signal }: LongWork,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (identities === null) {
    throw new Problem("usage", "identity-missing", "opening the package: it is encrypted; choose the age identities");
  }
  return withDecrypted(path, await readFile(identities, "utf8"), (plain) => readPackage(plain, signal), signal);
}

function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes ?? new Uint8Array()) ?? "");
  } catch {
    return undefined;
  }
}

function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}
