import { describe, expect, it } from "vitest";
import { canonicalJsonBytes } from "../../core/encoding/canonical-json.ts";
import { parseStrictJson } from "../../core/encoding/strict-json.ts";
import { hasShared, listShared, readShared } from "../support/shared.ts";

const JCS = "vectors/jcs/testdata";

describe.skipIf(!hasShared(JCS))("RFC 8785 test data (skipped: no vectors)", () => {
  it.each(listShared(`${JCS}/input`))("%s has the published bytes", (file) => {
    const { value, problems } = parseStrictJson(readShared(`${JCS}/input/${file}`));
    expect(problems.filter(({ code }) => code !== "inexact-number")).toEqual([]);
    expect(Buffer.from(canonicalJsonBytes(value)).toString()).toBe(readShared(`${JCS}/output/${file}`).toString());
  });

  it("are six files", () => {
    expect(listShared(`${JCS}/input`).length).toBe(6);
  });
});
