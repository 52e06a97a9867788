import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { verifyEcdsa, importEcdsaPublicKey } from "../../../core/signing/ecdsa.ts";
import { parseCertificate } from "../../../core/signing/certificate.ts";
import { canonicalJsonBytes } from "../../../core/encoding/canonical-json.ts";
import { cliBench, ocsfLines, type CliBench } from "./cli-bench.ts";

const UNDATED = `${JSON.stringify({ class_uid: 6003, metadata: { uid: "late" }, api: { operation: "=HYPERLINK(1)" } })}\n`;
/** Five dated events, newest first, so that the order of a file is not the order of the timeline, and one without a time. */
const RECORDS = `${ocsfLines(0, 5).trimEnd().split("\n").toReversed().join("\n")}\n${UNDATED}`;

let bench: CliBench;
beforeAll(async () => {
  bench = await cliBench();
  await bench.file("log.jsonl", RECORDS);
  expect((await bench.run("import", "log.jsonl", "--case", "a.assay")).code).toBe(0);
});
afterAll(() => bench.remove());

type Line = Readonly<Record<string, unknown>>;

async function exported(format: string, name: string, ...more: readonly string[]): Promise<readonly Line[]> {
  const run = await bench.run("export", "--case", "a.assay", "--format", format, "--out", name, ...more);
  expect(run.stderr).not.toContain("assay:");
  expect(run.code).toBe(0);
  return readLines(name);
}

async function readLines(name: string): Promise<readonly Line[]> {
  const text = await readFile(bench.path(name), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const trace = (seq: number): object => {
  const record = RECORDS.split("\n")[seq] ?? "";
  return {
    record_index: seq,
    record_hash: `sha256:${createHash("sha256").update(record).digest("hex")}`,
    bundle_sha256: createHash("sha256").update(RECORDS).digest("hex"),
  };
};

/** What the JSON schemas of STIX 2.1 require, beside type, id and spec_version. */
const STIX_REQUIRED: Readonly<Record<string, readonly string[]>> = {
  identity: ["created", "modified", "name"],
  "extension-definition": ["created", "modified", "created_by_ref", "name", "schema", "version", "extension_types"],
  artifact: ["payload_bin", "hashes"],
  "user-account": ["user_id"],
  "ipv4-addr": ["value"],
  "observed-data": ["created", "modified", "first_observed", "last_observed", "number_observed", "object_refs"],
};

describe("assay export", () => {
  test("Timesketch gets its three required fields on every row, in order of time, with a way back to the record", async () => {
    const rows = await exported("timesketch", "t.jsonl");
    expect(rows.map((row) => row["datetime"])).toEqual(
      [5, 6, 7, 8, 9].map((second) => `2026-01-02T03:04:0${second}.000000+00:00`),
    );
    for (const [index, row] of rows.entries()) {
      expect(row).toMatchObject({ timestamp_desc: "API call recorded", ...trace(4 - index) });
      expect(row["message"]).toContain("ReadVault");
    }
  });

  test("an event without a time is in a file beside the export where the format has no place for it", async () => {
    await exported("timesketch", "u.jsonl");
    const [undated, ...others] = await readLines("u.jsonl.undated.jsonl");
    expect(others).toEqual([]);
    expect(undated).toMatchObject({ time: null, recordIndex: 5 });
    const manifest = JSON.parse(await readFile(bench.path("u.jsonl.manifest.json"), "utf8")) as Line;
    expect(manifest["files"]).toMatchObject([
      { name: "u.jsonl", rows: 5 },
      { name: "u.jsonl.undated.jsonl", rows: 1 },
    ]);
  });

  test("jsonl and csv hold every event, and csv runs nothing in a spreadsheet", async () => {
    expect((await exported("jsonl", "all.out")).map((row) => row["seq"])).toEqual([4, 3, 2, 1, 0, 5]);
    expect((await bench.run("export", "--case", "a.assay", "--format", "csv", "--out", "all.csv")).code).toBe(0);
    const rows = (await readFile(bench.path("all.csv"), "utf8")).trimEnd().split("\r\n");
    expect(rows).toHaveLength(7);
    expect(rows.at(-1)).toContain(",'=HYPERLINK(1),");
  });

  test("OCSF rows hold what class 6003 requires", async () => {
    for (const row of await exported("ocsf", "o.jsonl")) {
      expect(row).toMatchObject({
        category_uid: 6,
        class_uid: 6003,
        activity_id: 1,
        type_uid: 600301,
        severity_id: 1,
        metadata: { version: "1.6.0", product: { name: "ocsf", vendor_name: expect.any(String) as string } },
        actor: { user: { name: expect.stringMatching(/^user-/) as string } },
        api: { operation: "ReadVault" },
        src_endpoint: { name: "not recorded" },
      });
      expect(row["time"]).toBeGreaterThan(1_700_000_000_000);
    }
  });

  test("ECS rows hold @timestamp and ecs.version", async () => {
    for (const row of await exported("ecs", "e.jsonl")) {
      expect(row).toMatchObject({ ecs: { version: "8.17.0" }, event: { kind: "event", category: ["api"] } });
      expect(row["@timestamp"]).toMatch(/^2026-01-02T03:04:0\dZ$/);
    }
  });

  test("Plaso's two forms hold their fixed columns", async () => {
    const [event] = await exported("json_line", "p.jsonl");
    expect(event).toMatchObject({
      __container_type__: "event",
      __type__: "AttributeContainer",
      timestamp: 1767323045000000,
    });
    expect(Object.keys(event ?? {})).toEqual(Object.keys(event ?? {}).toSorted());
    await bench.run("export", "--case", "a.assay", "--format", "l2tcsv", "--out", "p.csv");
    const [header, row] = (await readFile(bench.path("p.csv"), "utf8")).split("\r\n");
    expect(header?.split(",")).toHaveLength(17);
    expect(row).toMatch(/^01\/02\/2026,03:04:05,UTC,\.\.\.\.,LOG,API Audit Log,API call recorded,user-0,-,ReadVault,/);
  });

  test("STIX is one bundle in which every object has what its type requires, once, and every reference leads to one", async () => {
    await bench.run("export", "--case", "a.assay", "--format", "stix", "--out", "b.json");
    const bundle = JSON.parse(await readFile(bench.path("b.json"), "utf8")) as {
      readonly type: string;
      readonly id: string;
      readonly objects: readonly Line[];
    };
    expect([bundle.type, bundle.id]).toEqual(["bundle", expect.stringMatching(/^bundle--[0-9a-f-]{36}$/)]);
    const ids = bundle.objects.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const item of bundle.objects) {
      expect(item).toMatchObject({
        spec_version: "2.1",
        id: expect.stringMatching(`^${String(item["type"])}--`) as unknown,
      });
      for (const property of STIX_REQUIRED[String(item["type"])] ?? ["unknown type"])
        expect(item).toHaveProperty([property]);
    }
    const observed = bundle.objects.filter(({ type }) => type === "observed-data");
    expect(observed.map((item) => item["first_observed"])).toEqual(
      [5, 6, 7, 8, 9].map((at) => `2026-01-02T03:04:0${at}Z`),
    );
    for (const [index, item] of observed.entries()) {
      expect(ids).toEqual(expect.arrayContaining(item["object_refs"] as string[]));
      const [[definition = "", members] = []] = Object.entries(item["extensions"] as Record<string, object>);
      expect(ids).toContain(definition);
      expect(members).toMatchObject({ extension_type: "property-extension", ...trace(4 - index) });
    }
    expect(await readLines("b.json.undated.jsonl")).toHaveLength(1);
  });

  test("only the events of the query are exported, and the manifest says which query and is signed", async () => {
    const rows = await exported("jsonl", "q.jsonl", "--query", "outcome:failure", "--from", "2026-01-02T03:04:07Z");
    expect(rows.map((row) => row["time"])).toEqual(["2026-01-02T03:04:08Z"]);
    const { signature, ...manifest } = JSON.parse(await readFile(bench.path("q.jsonl.manifest.json"), "utf8")) as {
      signature: { certificate: string; value: string };
      question: object;
      files: { sha256: string }[];
    };
    expect(manifest.question).toMatchObject({ query: "outcome:failure", from: "2026-01-02T03:04:07Z", to: null });
    const file = await readFile(bench.path("q.jsonl"));
    expect(manifest.files[0]?.sha256).toBe(createHash("sha256").update(file).digest("hex"));
    const certificate = parseCertificate(Buffer.from(signature.certificate, "base64"));
    const key = await importEcdsaPublicKey(crypto, certificate.publicKey);
    if (!key) throw new Error("the certificate holds a P-256 key");
    const value = Buffer.from(signature.value, "base64");
    expect(await verifyEcdsa(crypto, key, canonicalJsonBytes(manifest), value)).toBe(true);
    const altered = canonicalJsonBytes({ ...manifest, format: "csv" });
    expect(await verifyEcdsa(crypto, key, altered, value)).toBe(false);
  });

  test("a format that reads only files of certain names says so, and an existing file stays as it is", async () => {
    const named = await bench.run("export", "--case", "a.assay", "--format", "timesketch", "--out", "t.txt", "--json");
    expect(named).toMatchObject({ code: 64, json: { error: { code: "bad-extension", expected: ".jsonl or .csv" } } });
    await expect(stat(bench.path("t.txt"))).rejects.toThrow();
    await bench.file("mine.csv", "mine");
    const there = await bench.run("export", "--case", "a.assay", "--format", "csv", "--out", "mine.csv", "--json");
    expect(there).toMatchObject({ code: 64, json: { error: { code: "file-exists" } } });
    expect(await readFile(bench.path("mine.csv"), "utf8")).toBe("mine");
  });

  test("the custody of a case is CASE/UCO JSON-LD whose nodes have ids that end in a UUID, none of them twice", async () => {
    const run = await bench.run("export", "--case", "a.assay", "--format", "case", "--out", "c.jsonld");
    expect(run.code).toBe(0);
    const document = JSON.parse(await readFile(bench.path("c.jsonld"), "utf8")) as { "@graph": Line[] };
    const ids = document["@graph"].map((node) => String(node["@id"]));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^kb:[a-z-]+-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const named = new Set(JSON.stringify(document["@graph"]).match(/"@id":"kb:[^"]+"/g));
    const types = document["@graph"].map((node) => node["@type"]);
    expect(types).toContain("case-investigation:Investigation");
    expect(types).toContain("case-investigation:ProvenanceRecord");
    expect(named.size).toBeGreaterThan(ids.length - 1);
  });

  test("every export is an entry of the custody journal with name, size, rows and digest of its file", async () => {
    await exported("timesketch", "journaled.jsonl");
    const { json } = await bench.run("custody", "--case", "a.assay", "--verify", "--json");
    expect(json).toMatchObject({ verdict: "verified", findings: [] });
    const file = await readFile(bench.path("journaled.jsonl"));
    const sha256 = createHash("sha256").update(file).digest("hex");
    const manifest = createHash("sha256").update(await readFile(bench.path("journaled.jsonl.manifest.json")));
    expect(await lastEntry("events.exported")).toMatchObject({
      object: { id: "timesketch", label: "journaled.jsonl", bytes: file.length, sha256 },
      params: { format: "timesketch", query: "" },
      result: {
        rows: 5,
        undated: 1,
        files: [
          { name: "journaled.jsonl", rows: 5, sha256 },
          { name: "journaled.jsonl.undated.jsonl", rows: 1 },
        ],
        manifest: { name: "journaled.jsonl.manifest.json", sha256: manifest.digest("hex") },
      },
    });
    expect(await lastEntry("custody.exported")).toMatchObject({ object: { id: "case", label: "c.jsonld" } });
  });

  test("an export that is not finished leaves nothing under its name, nor beside it", async () => {
    const before = await readdir(bench.path("."));
    await bench.file("late.jsonl.manifest.json", "somebody's");
    const run = await bench.run("export", "--case", "a.assay", "--format", "jsonl", "--out", "late.jsonl", "--json");
    expect(run).toMatchObject({ code: 64, json: { error: { code: "file-exists" } } });
    expect(await readdir(bench.path("."))).toEqual([...before, "late.jsonl.manifest.json"].toSorted());
  });
});

async function lastEntry(action: string): Promise<unknown> {
  const journal = await readFile(bench.path("a.assay", "custody.jsonl"), "utf8");
  const entries = journal
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse((JSON.parse(line) as { e: string }).e) as Line);
  return entries.findLast((entry) => entry["action"] === action);
}
