import { generateKeyPairSync, sign } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "vitest";

import { cliBench, type CliBench } from "./cli-bench.ts";

const CONTENT = '{"time":"2026-01-02T03:04:05Z","action":"login"}\n';

let bench: CliBench;

beforeAll(async () => {
  bench = await cliBench();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const header = Buffer.from('{"alg":"EdDSA","kid":"exports"}').toString("base64url");
  const message = `${header}.${Buffer.from(CONTENT).toString("base64url")}`;
  const signature = sign(null, Buffer.from(message), privateKey).toString("base64url");
  await bench.file("export.jsonl", CONTENT);
  await bench.file("other.jsonl", CONTENT.replace("login", "logout"));
  await bench.file("export.jws", `${header}..${signature}`);
  await bench.file("exporter.jwk", JSON.stringify({ ...publicKey.export({ format: "jwk" }), kid: "exports" }));
});
afterAll(() => bench.remove());

it("verifies a web signature beside a file by the key that is named, with the exit codes of verdicts", async () => {
  const words = ["verify-attachment", "export.jws", "--over", "export.jsonl", "--json"];
  const verified = await bench.run(...words, "--key", "exporter.jwk", "--save", "result.json");
  expect([verified.code, verified.json]).toMatchObject([
    0,
    {
      verdict: "verified",
      format: "jws",
      over: { file: "export.jsonl" },
      keys: [{ name: "exports", trust: "pinned" }],
    },
  ]);
  const unpinned = await bench.run(...words);
  expect([unpinned.code, unpinned.json]).toMatchObject([2, { findings: [{ code: "key-not-pinned" }] }]);
  const changed = await bench.run("verify-attachment", "export.jws", "--over", "other.jsonl", "--key", "exporter.jwk");
  expect(changed.code).toBe(1);
  expect(changed.stdout).toContain("Altered (altered)");
  expect(changed.stdout).toContain("[signature-invalid]");
});

it("tells a wrong command line, a file that is no attachment and one that is not there apart", async () => {
  const run = (...words: readonly string[]) => bench.run("verify-attachment", ...words, "--json");
  const results = await Promise.all([
    run("export.jws", "--key", "exporter.jwk"),
    run("export.jws", "--over", "export.jsonl", "--identity", "a@example.com"),
    run("other.jsonl", "--over", "export.jsonl"),
    run("export.jws", "--over", "missing.jsonl"),
  ]);
  expect(results.map(({ code, json }) => [code, json])).toMatchObject([
    [64, { error: { code: "no-file" } }],
    [64, { error: { code: "identity-incomplete" } }],
    [3, { verdict: "refused", error: { code: "no-attachment" } }],
    [74, { error: {} }],
  ]);
});
