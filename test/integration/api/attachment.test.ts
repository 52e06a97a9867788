import { execFileSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { ED25519_TYPE, formatVerifierKey, verifierKey } from "../../../core/signing/verifier-key.ts";
import { startApplication, type TestApplication } from "../../support/application.ts";

const CONTENT = '{"time":"2026-01-02T03:04:05Z","action":"login"}\n';
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const vkey = formatVerifierKey(
  verifierKey(
    platformHash,
    "exporter.example",
    ED25519_TYPE,
    publicKey.export({ format: "der", type: "spki" }).subarray(-32),
  ),
);

let folder: string;
let application: TestApplication;
const at = (name: string): string => join(folder, name);
const grant = (name: string): string => application.grant(at(name));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-attachment-"));
  application = startApplication(at("home"));
  const type = "application/x-ndjson";
  const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${CONTENT.length} ${CONTENT}`);
  const envelope = {
    payloadType: type,
    payload: Buffer.from(CONTENT).toString("base64"),
    signatures: [{ sig: sign(null, signed, privateKey).toString("base64") }],
  };
  await writeFile(at("export.jsonl"), CONTENT);
  await writeFile(at("other.jsonl"), CONTENT.replace("login", "logout"));
  await writeFile(at("export.dsse"), JSON.stringify(envelope));
  await writeFile(at("exporter.pem"), publicKey.export({ format: "pem", type: "spki" }));
});
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

const check = (attachment: string, over: string | null, keys: readonly string[] = []) =>
  application.client.call("attachment.verify", {
    attachment: grant(attachment),
    over: over === null ? null : grant(over),
    keys: keys.map(grant),
    trustedRoot: null,
    identity: null,
  });

test("an envelope is judged by a key that is given once, and by nothing afterwards", async () => {
  expect(await check("export.dsse", "export.jsonl", ["exporter.pem"])).toMatchObject({
    verdict: "verified",
    format: "dsse",
    over: { file: "export.jsonl" },
    keys: [{ name: "exporter.pem", trust: "pinned" }],
  });
  expect(await check("export.dsse", "export.jsonl")).toMatchObject({ verdict: "not-verifiable", keys: [] });
});

test("what was judged last is saved as it stands: altered as JSON, refused as PDF", async () => {
  expect(await check("export.dsse", "other.jsonl", ["exporter.pem"])).toMatchObject({ verdict: "altered" });
  await application.client.call("evidence.saveLast", { grant: grant("report.json") });
  expect(JSON.parse(await readFile(at("report.json"), "utf8"))).toMatchObject({
    label: "export.dsse",
    attachment: { verdict: "altered", findings: [{ code: "attached-to-other-content" }] },
  });
  await expect(check("other.jsonl", null)).rejects.toMatchObject({ code: "no-attachment", failure: { refused: true } });
  await application.client.call("evidence.saveLast", { grant: grant("report.pdf") });
  const text = execFileSync("pdftotext", ["-layout", at("report.pdf"), "-"], { encoding: "utf8" });
  expect(text.replaceAll(/\s+/g, " ")).toMatch(
    /Refused.*expected a DSSE envelope.*It does not show that what they say/,
  );
});

test("a file that holds no key is refused as one, and a file that is missing is said to be", async () => {
  await expect(check("export.dsse", "export.jsonl", ["export.jsonl"])).rejects.toMatchObject({
    code: "key-type",
    details: { file: "export.jsonl" },
    failure: { refused: true },
  });
  await expect(check("export.dsse", "missing.jsonl")).rejects.toMatchObject({ code: "system-enoent" });
});

test("a pinned log key counts, and the result names it as it is pinned", async () => {
  await application.client.call("trust.pin", { key: vkey, reason: "read out by its keeper" });
  const result = await check("export.dsse", null);
  expect(result).toMatchObject({ verdict: "verified", keys: [{ name: "exporter.example", trust: "pinned", vkey }] });
});
