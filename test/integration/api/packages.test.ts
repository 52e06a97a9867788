// Keys and packages as a window asks for them: everything through the operations, on files in a temporary folder.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { createHandlers, type Application } from "../../../core/api/handlers.ts";
import { type Handlers } from "../../../core/api/server.ts";
import { loadExaminerKey } from "../../../core/casefile/examiner-key.ts";
import { home } from "../../../core/casefile/home.ts";
import { NO_KEY_STORE } from "../../../core/casefile/key-store.ts";
import { readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";
import { absentForSoftToken, SOFT_TOKEN_MODULE, SoftToken } from "../../support/soft-token.ts";

let folder: string;
let application: Application;
let written: WrittenPackage;
const grants = new Map<string, string>();
const call = { signal: new AbortController().signal, progress: () => undefined };
const handlers = (): Handlers => application.handlers;

const grant = (path: string): string => {
  const id = `grant-${grants.size + 1}`;
  grants.set(id, path);
  return id;
};

/** The application of a user whose keys and trust lie in a folder of this name. */
function applicationOf(user: string): Application {
  return createHandlers({
    resolveGrant: (id) => {
      const path = grants.get(id);
      return path === undefined ? undefined : { path };
    },
    home: join(folder, user),
    version: "0.0.0-test",
    build: "development",
    sampleDirectory: folder,
    keyStore: NO_KEY_STORE,
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-keys-"));
  application = applicationOf("home");
  written = await writePackage();
});
afterAll(async () => {
  await application.close();
  await written.remove();
  await rm(folder, { recursive: true, force: true });
});

test("keys are imported, changed, reported and printed, and the open case records it", async () => {
  await handlers()["examiner.create"]({ name: "R. Adeyemi", passphrase: null }, call);
  await handlers()["case.create"]({ grant: grant(join(folder, "case.assay")) }, call);
  const first = await handlers()["keys.list"](undefined, call);
  expect(first.keys).toMatchObject([{ name: "R. Adeyemi", origin: "created", state: "current" }]);
  const rotated = await handlers()["keys.rotate"](
    { to: { kind: "new", name: "R. Adeyemi" }, passphrase: "secret", reason: "yearly" },
    call,
  );
  expect(rotated.keys).toMatchObject([
    { state: "current", endorsedBy: first.keys[0]?.fingerprint },
    { state: "rotated", retired: { reason: "yearly" } },
  ]);
  expect(rotated.protection).toBe("passphrase");
  const sheet = join(folder, "sheet.html");
  await handlers()["keys.fingerprintSheet"](
    { fingerprint: rotated.keys[0]?.fingerprint ?? "", grant: grant(sheet) },
    call,
  );
  const groups = rotated.keys[0]?.fingerprint.match(/.{4}/g)?.slice(0, 4).join("  ");
  expect(await readFile(sheet, "utf8")).toContain(groups);
  const lost = await handlers()["keys.reportLoss"](
    {
      fingerprint: rotated.keys[0]?.fingerprint ?? "",
      kind: "compromised",
      from: "2026-01-02T03:04:05Z",
      reason: "laptop stolen",
    },
    call,
  );
  expect(lost.protection).toBe("no-key");
  await handlers()["custody.record"]({ kind: "handover", text: "on a sealed USB stick", person: "L. Brandt" }, call);
  await expect(handlers()["custody.record"]({ kind: "review", text: "read", person: "" }, call)).rejects.toMatchObject({
    code: "act-incomplete",
  });
  const { entries } = await handlers()["custody.list"]({ start: 0, count: 1_000, words: "" }, call);
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["key.rotated", "key.changed", "key.compromised", "handover"]),
  );
  expect((await handlers()["custody.verify"](undefined, call)).verdict).toBe("verified");
});

test.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
  "a PKCS#12 file gives the key that signs (skipped without openssl)",
  async () => {
    const openssl = (line: string) => expect(spawnSync("openssl", line.split(" "), { cwd: folder }).status).toBe(0);
    openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -subj /CN=Imported");
    openssl("pkcs12 -export -inkey k.pem -in c.pem -out key.p12 -passout pass:file");
    const from = { kind: "pkcs12", grant: grant(join(folder, "key.p12")), filePassphrase: "file" } as const;
    const wrong = { from: { ...from, filePassphrase: "no" }, passphrase: "mine" };
    await expect(handlers()["keys.import"](wrong, call)).rejects.toMatchObject({ code: "passphrase-wrong" });
    const { keys } = await handlers()["keys.import"]({ from, passphrase: "mine" }, call);
    expect(keys[0]).toMatchObject({ name: "Imported", origin: "imported", state: "current" });
    await expect(handlers()["keys.import"]({ from, passphrase: "mine" }, call)).rejects.toMatchObject({
      code: "key-exists",
    });
    await expect(handlers()["keys.setPassphrase"]({ current: "no", next: null }, call)).rejects.toMatchObject({
      code: "passphrase-wrong",
    });
    expect((await handlers()["keys.setPassphrase"]({ current: "mine", next: null }, call)).protection).toBe(
      "file-mode",
    );
    expect((await handlers()["keys.setPassphrase"]({ current: null, next: "other" }, call)).protection).toBe(
      "passphrase",
    );
  },
);

test.skipIf(absentForSoftToken.length > 0)(
  `a key on a token signs for whoever gives its PIN, which is written nowhere (absent: ${absentForSoftToken.join(", ")})`,
  async () => {
    const token = new SoftToken();
    const { HOME } = process.env;
    process.env["HOME"] = token.home;
    token.placeKey("a1", "Token Examiner");
    const user = applicationOf("token");
    const from = { kind: "token", grant: grant(SOFT_TOKEN_MODULE), token: token.label, id: "a1" } as const;
    try {
      await expect(
        user.handlers["keys.import"]({ from: { ...from, id: "--pin" }, passphrase: token.pin }, call),
      ).rejects.toMatchObject({ code: "bad-token-key" });
      await expect(user.handlers["keys.import"]({ from, passphrase: "1111" }, call)).rejects.toMatchObject({
        code: "passphrase-wrong",
      });
      const { keys, protection } = await user.handlers["keys.import"]({ from, passphrase: token.pin }, call);
      expect([keys[0]?.name, keys[0]?.state, protection]).toEqual(["Token Examiner", "current", "token"]);
      const later = applicationOf("token");
      const { examiner } = await later.handlers["home.read"](undefined, call);
      expect(examiner).toMatchObject({ state: "locked", onToken: true });
      expect(await later.handlers["examiner.unlock"]({ passphrase: token.pin }, call)).toMatchObject({
        state: "ready",
      });
      for (const [path, bytes] of await readFolder(join(folder, "token"))) {
        expect([path, Buffer.from(bytes).includes(token.pin)]).toEqual([path, false]);
      }
    } finally {
      process.env["HOME"] = HOME;
      token.remove();
    }
  },
);

test("a package opens read-only, says what it is and what it holds, and is trusted once its signer was compared", async () => {
  const open = () => handlers()["package.open"]({ grant: grant(written.out), identities: null }, call);
  const view = await open();
  expect(view).toMatchObject({ verdict: "not-verifiable", signer: { trusted: false, own: null }, stampable: true });
  expect(view.content).toMatchObject({
    caseId: "NG-2026-117",
    reportId: "R1",
    findings: [{ id: "F-0001", items: ["EX-00001", "EX-00003", "EX-00002"] }],
  });
  expect(view.report?.sections).toHaveLength(16);
  const record = await handlers()["package.record"]({ item: "EX-00001" }, call);
  expect(record.text).toContain("<U+202E>");
  expect(record.sha256).toBe(view.content?.exhibits.find(({ item }) => item === "EX-00001")?.sha256);
  expect((await handlers()["package.custody"]({ start: 0, count: 10 }, call)).total).toBe(view.custody.entries);
  expect((await handlers()["package.trustSigner"]({ reason: "read out on the telephone" }, call)).verdict).toBe(
    "verified",
  );
  await writeFile(join(written.out, "findings.json"), "{}");
  const changed = await open();
  expect(changed).toMatchObject({ verdict: "altered", content: null });
  await handlers()["package.close"](undefined, call);
  expect(await handlers()["package.read"](undefined, call)).toBeNull();
  const closed = Promise.resolve().then(() => handlers()["package.record"]({ item: "EX-00001" }, call));
  await expect(closed).rejects.toMatchObject({ code: "no-package-open" });
});

test("a package that this user signed is trusted by their own key, until that is reported", async () => {
  const own = applicationOf("signer");
  await own.handlers["examiner.create"]({ name: "R. Adeyemi", passphrase: null }, call);
  const key = await loadExaminerKey(home(join(folder, "signer")).examinerKey);
  const signed = await writePackage("own", undefined, undefined, undefined, Promise.resolve(key));
  try {
    const open = () => own.handlers["package.open"]({ grant: grant(signed.out), identities: null }, call);
    expect(await open()).toMatchObject({ verdict: "verified", signer: { trusted: true, own: { state: "current" } } });
    const reported = { kind: "compromised", from: "2020-01-01T00:00:00Z", reason: "laptop stolen" } as const;
    await own.handlers["keys.reportLoss"]({ fingerprint: key.fingerprint, ...reported }, call);
    expect(await open()).toMatchObject({ signer: { trusted: false, own: { state: "compromised" } } });
  } finally {
    await own.close();
    await signed.remove();
  }
});
