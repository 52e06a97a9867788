import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import {
  assertInForce,
  examinerKeyState,
  generateExaminerKey,
  loadExaminerKey,
  setKeyWrap,
} from "../../../core/casefile/examiner-key.ts";
import {
  adoptExaminerKey,
  certificateOfKey,
  listExaminerKeys,
  reportExaminerKey,
  rotateExaminerKey,
  rotationsTo,
} from "../../../core/casefile/examiner-key-ring.ts";
import { home } from "../../../core/casefile/home.ts";
import { NO_KEY_STORE } from "../../../core/casefile/key-store.ts";
import { verifyRotation } from "../../../core/signing/certificate-rotation.ts";
import { createCertificate, parseCertificatePem } from "../../../core/signing/certificate.ts";
import { generateEcdsaKey } from "../../../core/signing/ecdsa.ts";
import { inTemporaryFolder } from "../../support/custody-fixture.ts";
import { KEY_STORE } from "../../support/key-store.ts";

const states = async (folder: string) =>
  (await listExaminerKeys(home(folder), NO_KEY_STORE)).keys.map(({ name, state }) => [name, state]);

describe("the keys of an examiner", () => {
  it("begin with the one that was there before there was a ring", async () => {
    await inTemporaryFolder(async (folder) => {
      expect(await listExaminerKeys(home(folder), NO_KEY_STORE)).toMatchObject({ keys: [], protection: "no-key" });
      await adoptExaminerKey(home(folder), await generateExaminerKey("One"), "created", "secret");
      await writeFile(home(folder).keyRing, JSON.stringify({ v: 1, keys: [] }));
      expect(await listExaminerKeys(home(folder), NO_KEY_STORE)).toMatchObject({
        keys: [{ name: "One", origin: "created", state: "current", endorsedBy: null, selfIssued: true }],
        protection: "passphrase",
        wrap: { available: false, inUse: false },
      });
    });
  });

  it("change by a statement of the old one, which no longer signs and is kept", async () => {
    await inTemporaryFolder(async (folder) => {
      const place = home(folder);
      const first = await adoptExaminerKey(place, await generateExaminerKey("One"), "created");
      const succession = { origin: "created" as const, passphrase: "secret", reason: "three years are over" };
      const { key, rotation } = await rotateExaminerKey(place, first, {
        ...succession,
        key: await generateExaminerKey("Two"),
      });
      expect(await states(folder)).toEqual([
        ["Two", "current"],
        ["One", "rotated"],
      ]);
      expect((await loadExaminerKey(place.examinerKey, "secret")).fingerprint).toBe(key.fingerprint);
      expect((await stat(join(place.retiredKeys, `${first.fingerprint.slice(0, 16)}.key`))).mode & 0o777).toBe(0o600);
      const old = await certificateOfKey(place, first.fingerprint);
      expect(await verifyRotation(platformHash, crypto, rotation, old)).toBe(true);
      for (const changed of [{ to: first.fingerprint }, { at: "2026-01-01T00:00:00.000Z" }, { signature: "AAAA" }]) {
        expect(await verifyRotation(platformHash, crypto, { ...rotation, ...changed }, old)).toBe(false);
      }
      const third = await rotateExaminerKey(place, key, { ...succession, key: await generateExaminerKey("Three") });
      const steps = await rotationsTo(place, third.key.fingerprint);
      expect(steps.map(({ certificate }) => parseCertificatePem(certificate).commonName)).toEqual(["One", "Two"]);
      await expect(
        rotateExaminerKey(place, third.key, {
          ...succession,
          key: { ...(await generateExaminerKey("Four")), certificate: old },
        }),
      ).rejects.toMatchObject({ code: "key-known" });
    });
  });

  it("sign no package once their certificate expired, and still name the next", async () => {
    await inTemporaryFolder(async (folder) => {
      const place = home(folder);
      const { privateKey, publicKey } = await generateEcdsaKey(crypto, true);
      const long = Date.now() - 4 * 365 * 86_400_000;
      const certificate = await createCertificate(
        platformHash,
        crypto,
        { privateKey, publicKey },
        { commonName: "One" },
        long,
      );
      const expired = await adoptExaminerKey(place, { privateKey, certificate, chain: [] }, "imported");
      expect(() => assertInForce(expired)).toThrow(
        expect.objectContaining({ code: "certificate-not-in-force" }) as Error,
      );
      expect(await listExaminerKeys(place, NO_KEY_STORE)).toMatchObject({
        keys: [{ expired: true, state: "current" }],
      });
      const succession = {
        key: await generateExaminerKey("One"),
        origin: "created" as const,
        passphrase: undefined,
        reason: "expired",
      };
      const { key, rotation } = await rotateExaminerKey(place, expired, succession);
      expect(() => assertInForce(key)).not.toThrow();
      expect(await verifyRotation(platformHash, crypto, rotation, certificate)).toBe(true);
    });
  });

  it("are retired when they are lost or in other hands, once, and then make room for another", async () => {
    await inTemporaryFolder(async (folder) => {
      const place = home(folder);
      const { fingerprint } = await adoptExaminerKey(place, await generateExaminerKey("One"), "created");
      const report = {
        fingerprint,
        kind: "compromised",
        from: "2026-01-02T00:00:00Z",
        reason: "laptop stolen",
      } as const;
      await reportExaminerKey(place, report);
      expect(await examinerKeyState(place.examinerKey)).toEqual({ state: "absent" });
      await expect(reportExaminerKey(place, report)).rejects.toMatchObject({ code: "key-retired" });
      await expect(reportExaminerKey(place, { ...report, fingerprint: "0".repeat(64) })).rejects.toMatchObject({
        code: "no-such-key",
      });
      const second = await adoptExaminerKey(place, await generateExaminerKey("One"), "imported");
      expect(await states(folder)).toEqual([
        ["One", "current"],
        ["One", "compromised"],
      ]);
      expect(await rotationsTo(place, second.fingerprint)).toEqual([]);
    });
  });

  it("can be wrapped by the key store of a computer, and open nowhere else then", async () => {
    await inTemporaryFolder(async (folder) => {
      const place = home(folder);
      const { fingerprint } = await adoptExaminerKey(place, await generateExaminerKey("One"), "created", "secret");
      await setKeyWrap(place.examinerKey, KEY_STORE, true);
      expect(await readFile(place.examinerKey, "utf8")).toContain("ASSAY WRAPPED PRIVATE KEY");
      expect(await listExaminerKeys(place, KEY_STORE)).toMatchObject({
        protection: "passphrase",
        wrap: { inUse: true },
      });
      await expect(loadExaminerKey(place.examinerKey, "secret")).rejects.toMatchObject({
        code: "key-store-unavailable",
      });
      expect(await examinerKeyState(place.examinerKey)).toMatchObject({ state: "locked", fingerprint, wrapped: true });
      expect((await loadExaminerKey(place.examinerKey, "secret", KEY_STORE)).fingerprint).toBe(fingerprint);
      await setKeyWrap(place.examinerKey, KEY_STORE, false);
      expect((await loadExaminerKey(place.examinerKey, "secret")).fingerprint).toBe(fingerprint);
      await expect(setKeyWrap(place.examinerKey, NO_KEY_STORE, true)).rejects.toMatchObject({
        code: "key-store-unavailable",
      });
    });
  });

  it("are not guessed at when their ring was changed", async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(home(folder).keyRing, "[]");
      await expect(listExaminerKeys(home(folder), NO_KEY_STORE)).rejects.toMatchObject({ code: "key-ring-damaged" });
    });
  });
});
