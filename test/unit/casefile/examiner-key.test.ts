import { copyFile, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import {
  certificateFileOf,
  createExaminerKey,
  examinerKeyState,
  loadExaminerKey,
} from "../../../core/casefile/examiner-key.ts";
import { inTemporaryFolder } from "../../support/custody-fixture.ts";

describe("the examiner's key", () => {
  it("is made with its certificate, readable by its owner only, and loads again as the same", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "new", "examiner.key");
      expect(await examinerKeyState(file)).toEqual({ state: "absent" });
      const made = await createExaminerKey("Examiner One", file);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await examinerKeyState(file)).toEqual({
        state: "plain",
        name: "Examiner One",
        fingerprint: made.fingerprint,
        wrapped: false,
        onToken: false,
      });
      expect((await loadExaminerKey(file)).fingerprint).toBe(made.fingerprint);
    });
  });

  it("needs its passphrase when it has one", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "examiner.key");
      const made = await createExaminerKey("Examiner One", file, "correct horse");
      expect(await readFile(file, "utf8")).toContain("ENCRYPTED PRIVATE KEY");
      expect(await examinerKeyState(file)).toMatchObject({ state: "locked", fingerprint: made.fingerprint });
      await expect(loadExaminerKey(file)).rejects.toMatchObject({ code: "passphrase-missing" });
      await expect(loadExaminerKey(file, "wrong")).rejects.toMatchObject({ code: "passphrase-wrong" });
      expect((await loadExaminerKey(file, "correct horse")).name).toBe("Examiner One");
    });
  });

  it("is never replaced, and never gets another certificate", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "examiner.key");
      await createExaminerKey("Examiner One", file);
      await expect(createExaminerKey("Examiner Two", file)).rejects.toMatchObject({ code: "key-exists" });
      const other = join(folder, "other.key");
      await createExaminerKey("Examiner Two", other);
      await copyFile(certificateFileOf(other), certificateFileOf(file));
      await expect(loadExaminerKey(file)).rejects.toMatchObject({ code: "examiner-key-incomplete" });
      await rm(certificateFileOf(file));
      await expect(loadExaminerKey(file)).rejects.toMatchObject({ code: "examiner-key-incomplete" });
      await rm(file);
      await expect(loadExaminerKey(file)).rejects.toMatchObject({ code: "no-examiner-key", kind: "machine" });
    });
  });

  it("refuses a file that is no key", async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, "examiner.key");
      await createExaminerKey("Examiner One", file);
      await writeFile(file, "not a key\n");
      await expect(loadExaminerKey(file)).rejects.toMatchObject({ code: "pem-malformed" });
    });
  });
});
