import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTimeAuthorities } from "../../../core/signing/time-authority.ts";
import { type TimeStampResult, verifyTimeStamp } from "../../../core/signing/time-stamp.ts";
import { nativeHash as hash } from "../../support/hashes.ts";
import { hasOpenssl, TimeAuthorityForTests } from "../../support/time-authority.ts";

const data = Buffer.from("example.com/audit\n4\nTmj36LU1kgpXiymTVZQD3WKt7prUEn0sZIdwBfLjjAA=\n\n— line\n");

describe.skipIf(!hasOpenssl)("time stamps by openssl (skipped: not installed)", () => {
  let authority: TimeAuthorityForTests;
  let stamp: Buffer;
  const others: TimeAuthorityForTests[] = [];

  function verify(bytes: Uint8Array, by = authority, over: Uint8Array = data): Promise<TimeStampResult> {
    return verifyTimeStamp(crypto, bytes, over, parseTimeAuthorities(hash, by.root));
  }

  beforeAll(() => {
    authority = new TimeAuthorityForTests();
    stamp = authority.stamp(data);
  });

  afterAll(() => [authority, ...others].forEach((made) => made.remove()));

  it("verify under a pinned root and tell time, accuracy and authority", async () => {
    const result = await verify(stamp);
    expect(result).toMatchObject({ kind: "valid", stamp: { authority: authority.name, accuracyMs: 1_000 } });
    expect(result.kind === "valid" && Math.abs(result.stamp.timeMs - Date.now()) < 3_600_000).toBe(true);
  });

  it("T30 over other data are told apart from untrusted ones", async () => {
    expect(await verify(stamp, authority, Buffer.from("other"))).toMatchObject({ kind: "other-data" });
  });

  it("T58 with a SHA-1 imprint are weak, with SHA-512 they verify", async () => {
    expect(await verify(authority.stamp(data, "sha1"))).toEqual({ kind: "weak", algorithm: "1.3.14.3.2.26" });
    expect(await verify(authority.stamp(data, "sha512"))).toMatchObject({ kind: "valid" });
  });

  it("T31 by another authority are not trusted", async () => {
    const other = new TimeAuthorityForTests({ name: "Other Authority" });
    others.push(other);
    expect(await verify(other.stamp(data))).toMatchObject({ kind: "untrusted" });
    expect(await verify(other.stamp(data), other)).toMatchObject({ kind: "valid" });
  });

  it("by a certificate that was not valid at the time are not trusted", async () => {
    const past = new TimeAuthorityForTests({ from: "20200101000000Z", to: "20210101000000Z" });
    others.push(past);
    expect(await verify(past.stamp(data), past)).toMatchObject({ kind: "untrusted" });
  });

  it("T31 by a certificate for another purpose are not trusted, though the signature verifies", async () => {
    for (const [purpose, kind] of [
      ["critical,timeStamping", "valid"],
      ["critical,codeSigning", "untrusted"],
      ["critical,timeStamping,codeSigning", "untrusted"],
      ["timeStamping", "untrusted"],
    ] as const) {
      const minting = new TimeAuthorityForTests({
        extensions: [`extendedKeyUsage = ${purpose}`],
        from: "20260101000000Z",
        to: "20360101000000Z",
      });
      others.push(minting);
      expect([purpose, (await verify(minting.mint(stamp), minting)).kind]).toEqual([purpose, kind]);
    }
  });

  it("T31 under an authority for other purposes alone are not trusted", async () => {
    for (const [purposes, kind] of [
      ["serverAuth", "untrusted"],
      ["serverAuth,timeStamping", "valid"],
      ["anyExtendedKeyUsage", "valid"],
    ] as const) {
      const other = new TimeAuthorityForTests({ rootExtensions: [`extendedKeyUsage = ${purposes}`] });
      others.push(other);
      expect([purposes, (await verify(other.stamp(data), other)).kind]).toEqual([purposes, kind]);
    }
  });

  it("T31 that do not name their signer's certificate are not trusted", async () => {
    expect(await verify(authority.mint(stamp, { attributes: [] }))).toMatchObject({ kind: "untrusted" });
  });

  it("T31 that name another certificate than the one that they bring are not trusted", async () => {
    const changed = Buffer.from(stamp);
    const at = changed.lastIndexOf(authority.signer) + authority.signer.length - 1;
    changed[at] = (changed[at] ?? 0) ^ 1;
    const reason = "it does not name the certificate of its signer";
    expect(await verify(changed)).toEqual({ kind: "untrusted", reason });
  });

  it("that were not granted, hold anything but a TSTInfo, or have two signers are malformed", async () => {
    const other = new TimeAuthorityForTests({ name: "Other Authority" });
    others.push(other);
    const reasons = await Promise.all(
      [
        authority.mint(stamp, { status: 2 }),
        authority.mint(stamp, { contentType: "1.2.840.113549.1.7.1" }),
        authority.mint(stamp, { signers: [authority.folder, other.folder] }),
        authority.mint(stamp, { attributes: ["-noattr"] }),
      ].map((bytes) => verify(bytes)),
    );
    expect(reasons).toEqual([
      { kind: "malformed", reason: "the authority did not grant it" },
      { kind: "malformed", reason: "its content is no TSTInfo" },
      { kind: "malformed", reason: "it has not exactly one signer" },
      { kind: "untrusted", reason: "it does not name the certificate of its signer" },
    ]);
    expect(await verify(authority.mint(stamp, { status: 1 }))).toMatchObject({ kind: "valid" });
  });

  it("whose content is not what was signed are not trusted", async () => {
    const changed = Buffer.from(stamp);
    const year = changed.indexOf(`${new Date().getUTCFullYear()}`);
    changed[year + 3] = (changed[year + 3] ?? 0) ^ 1;
    expect(await verify(changed)).toEqual({ kind: "untrusted", reason: "its content is not what was signed" });
  });

  it("that end early or go on after their end are malformed", async () => {
    expect(await verify(Buffer.concat([stamp, Buffer.of(0)]))).toMatchObject({ kind: "malformed" });
    expect(await verify(stamp.subarray(0, -1))).toMatchObject({ kind: "malformed" });
    expect(await verify(Buffer.from("no token"))).toMatchObject({ kind: "malformed" });
  });

  it("with a length that is not the shortest, as BER allows, are malformed", async () => {
    const longer = Buffer.concat([Buffer.of(0x30, 0x83, 0), stamp.subarray(2)]);
    expect(stamp.subarray(0, 2)).toEqual(Buffer.of(0x30, 0x82));
    expect(await verify(longer)).toEqual({ kind: "malformed", reason: "it is not DER to its last byte" });
  });

  it("with a byte changed are never valid for another time, authority or digest", async () => {
    const good = await verify(stamp);
    const accepted: number[] = [];
    for (let at = 0; at < stamp.length; at += 11) {
      const changed = Buffer.from(stamp);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const result = await verify(changed);
      if (result.kind === "valid") {
        expect(result).toEqual(good);
        accepted.push(at);
      }
    }
    // Bytes that nobody signs: lengths in other forms, the status text, certificates besides the signer's.
    expect(accepted.length).toBeLessThan(stamp.length / 22);
  });
});
