import { mkdir, readdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { home, homeRoot } from "../../../core/casefile/home.ts";
import { forgetCase, readRecentCases, rememberCase } from "../../../core/casefile/recent-cases.ts";
import { inTemporaryFolder } from "../../support/custody-fixture.ts";

const record = (path: string) => ({
  path,
  title: "Token theft",
  verdict: "verified-with-limits" as const,
  events: 12,
  findings: 1,
  openedAt: "2026-01-02T03:04:05.000Z",
});

describe("the user's folder", () => {
  it("is ASSAY_HOME, else the XDG data folder, else the usual place", () => {
    expect(homeRoot({ ASSAY_HOME: "/a/b", XDG_DATA_HOME: "/x" })).toBe("/a/b");
    expect(homeRoot({ ASSAY_HOME: "b", INIT_CWD: "/typed/here" })).toBe("/typed/here/b");
    expect(homeRoot({ XDG_DATA_HOME: "/x" })).toBe("/x/assay");
    expect(homeRoot({ XDG_DATA_HOME: "relative" })).toBe(join(homedir(), ".local", "share", "assay"));
    expect(homeRoot({ ASSAY_HOME: "" })).toBe(join(homedir(), ".local", "share", "assay"));
    expect(home("/h").examinerKey).toBe("/h/examiner.key");
  });
});

describe("recent cases", () => {
  it("come newest first, each once, and know whether they are still there", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "home", "recent.json");
      const there = join(folder, "a.assay");
      await mkdir(there);
      await writeFile(join(there, "case.duckdb"), "");
      await mkdir(join(folder, "b.assay"));
      await rememberCase(file, record(there));
      await rememberCase(file, record(join(folder, "b.assay")));
      await rememberCase(file, { ...record(there), events: 13 });
      const cases = await readRecentCases(file);
      expect(cases.map(({ label, events, present }) => ({ label, events, present }))).toEqual([
        { label: "a.assay", events: 13, present: true },
        { label: "b.assay", events: 12, present: false },
      ]);
      await forgetCase(file, cases[0]?.id ?? "");
      expect((await readRecentCases(file)).map(({ label }) => label)).toEqual(["b.assay"]);
      expect(await readdir(join(folder, "home"))).toEqual(["recent.json"]);
    });
  });

  it("survive a damaged list, item by item", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "recent.json");
      expect(await readRecentCases(file)).toEqual([]);
      for (const damaged of ["", "{", "null", '{"cases":3}', "\u0000"]) {
        await writeFile(file, damaged);
        expect(await readRecentCases(file)).toEqual([]);
      }
      await writeFile(file, JSON.stringify({ cases: [null, { path: 3 }, record("/c.assay")] }));
      expect((await readRecentCases(file)).map(({ path }) => path)).toEqual(["/c.assay"]);
    });
  });

  it("stay a short list", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "recent.json");
      for (let number = 0; number < 33; number++) await rememberCase(file, record(`/case-${number}.assay`));
      const cases = await readRecentCases(file);
      expect(cases).toHaveLength(30);
      expect(cases[0]?.label).toBe("case-32.assay");
    });
  });
});
