import { execFile } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "@playwright/test";

import { buildExport } from "../../core/selftest/cloudtrail-corpus.ts";
import { CLOUDTRAIL_VARIANTS } from "../../samples/generator/cloudtrail-variants.ts";
import { violations, violationsInBothThemes } from "./support/accessibility.ts";
import {
  answerOpenDialogs,
  answerSaveDialogs,
  chooseCommand,
  launchApp,
  settled,
  type RunningApp,
} from "./support/app.ts";
import { goTo, test } from "./support/journey.ts";

const SAMPLES = path.resolve(import.meta.dirname, "../../samples/bundles");
const SAMPLE = path.join(SAMPLES, "marrowbridge-audit.zip");
const CLI = path.resolve(import.meta.dirname, "../../dist/node/cli.mjs");

test("copies of one log are compared, and the comparison is saved as PDF and JSON", async ({ running, folder }) => {
  test.setTimeout(120_000);
  const { app, page } = running;
  const text = path.join(folder, "note.txt");
  await writeFile(text, "no evidence\n");

  await test.step("two copies agree, and the first is named for every record", async () => {
    await answerOpenDialogs(app, [SAMPLE, SAMPLE]);
    await page.getByRole("button", { name: "Compare copies" }).click();
    await page.getByRole("button", { name: "Add files" }).click();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await expect(page.getByText("The copies hold one history of the same length.")).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("region", { name: "Which copy is good" })).toContainText("Events 0 to 49,165");
  });

  await test.step("a copy that is no evidence is refused, and the report is saved all the same", async () => {
    await answerOpenDialogs(app, [SAMPLE, text]);
    await page.getByRole("button", { name: "Compare others" }).click();
    await page.getByRole("button", { name: "Add files" }).click();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await expect(page.getByRole("region", { name: "Copies", exact: true })).toContainText("Refused", {
      timeout: 60_000,
    });
    for (const [name, start] of [
      ["copies.pdf", "%PDF-"],
      ["copies.json", "{"],
    ] as const) {
      await answerSaveDialogs(app, path.join(folder, name));
      await page.getByRole("button", { name: "Save verification report" }).click();
      await expect.poll(() => existsSync(path.join(folder, name))).toBe(true);
      await settled(page);
      expect((await readFile(path.join(folder, name), "utf8")).startsWith(start)).toBe(true);
    }
  });
});

test("a signature beside a file is checked by a key that is given once, and what came of it is saved", async ({
  running,
  folder,
}) => {
  const { app, page } = running;
  const at = (name: string) => path.join(folder, name);
  await writeWebSignature(at);
  const verdict = page.getByRole("region", { name: "Verdict" });
  const check = async (files: Readonly<Record<string, string>>) => {
    await chooseCommand(app, "attachment.verify");
    for (const [act, file] of Object.entries(files)) {
      await answerOpenDialogs(app, [at(file)]);
      await page.getByRole("dialog").getByRole("button", { name: act }).click();
      await expect(page.getByRole("dialog")).toContainText(file);
    }
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  };

  await test.step("without a key it proves nothing about who signed", async () => {
    await check({ "Choose attachment": "export.jws", "Choose file": "export.jsonl" });
    await expect(verdict).toContainText("Not verifiable");
    await expect(page.getByRole("region", { name: "Keys", exact: true })).toContainText("No key that you gave");
  });

  await test.step("by the key that is given, the file is as it was signed", async () => {
    await check({ "Choose attachment": "export.jws", "Choose file": "export.jsonl", "Add key": "exporter.jwk" });
    await expect(verdict).toContainText("export.jsonl is as it was signed");
    await expect(page.getByRole("region", { name: "Keys", exact: true })).toContainText("Trusted for this check");
    await page.getByRole("region", { name: "Checks" }).getByRole("button", { name: "Signature" }).click();
    const detail = page.getByRole("region", { name: "Signature" });
    for (const field of ["Rule", "Inputs", "Counts", "First failure", "A pass does not show"]) {
      await expect(detail.getByRole("term").filter({ hasText: field })).toBeVisible();
    }
    expect(await violationsInBothThemes(running)).toEqual([]);
  });

  await test.step("a changed file is altered, and the report of it is saved as PDF and JSON", async () => {
    await check({ "Choose attachment": "export.jws", "Choose file": "other.jsonl", "Add key": "exporter.jwk" });
    await expect(verdict).toContainText("Altered");
    for (const [name, start] of [
      ["attachment.pdf", "%PDF-"],
      ["attachment.json", "{"],
    ] as const) {
      await answerSaveDialogs(app, at(name));
      await page.getByRole("button", { name: "Save verification report" }).click();
      await expect.poll(() => existsSync(at(name))).toBe(true);
      await settled(page);
      expect((await readFile(at(name), "utf8")).startsWith(start)).toBe(true);
    }
  });

  await test.step("what is no attachment is refused, and the question can be asked again", async () => {
    await check({ "Choose attachment": "other.jsonl" });
    await expect(page.getByRole("alert")).toContainText("expected a DSSE envelope");
    await page.getByRole("button", { name: "Choose again" }).click();
    await expect(page.getByRole("dialog")).toContainText("Checking waits for an attachment.");
    expect(await violationsInBothThemes(running)).toEqual([]);
  });
});

/** A file, a changed one, a detached web signature over the first, and the signer's key. */
async function writeWebSignature(at: (name: string) => string): Promise<void> {
  const content = '{"time":"2026-01-02T03:04:05Z","action":"login"}\n';
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const header = Buffer.from('{"alg":"EdDSA","kid":"exports"}').toString("base64url");
  const signed = Buffer.from(`${header}.${Buffer.from(content).toString("base64url")}`);
  await writeFile(at("export.jsonl"), content);
  await writeFile(at("other.jsonl"), content.replace("login", "logout"));
  await writeFile(at("export.jws"), `${header}..${sign(null, signed, privateKey).toString("base64url")}`);
  await writeFile(at("exporter.jwk"), JSON.stringify({ ...publicKey.export({ format: "jwk" }), kid: "exports" }));
}

test("a CloudTrail export is consistent with the keys it brings, and proven once they are pinned from a file", async ({
  running,
  folder,
}) => {
  test.setTimeout(120_000);
  const { app, page } = running;
  const keys = path.join(folder, "public-keys.json");
  const target = path.join(folder, "gapped");
  await writeCloudTrailExport("gapped", target, keys);
  const verdict = page.getByRole("region", { name: "Verdict" });
  const checks = page.getByRole("region", { name: "Checks" });

  await test.step("imported, it is no more than consistent", async () => {
    await answerOpenDialogs(app, [target]);
    await answerSaveDialogs(app, path.join(folder, "gapped.assay"));
    await page.getByRole("button", { name: "Choose folder" }).click();
    await page.waitForSelector('body[data-verdict="not-verifiable"]', { state: "attached", timeout: 60_000 });
    await expect(verdict).toContainText("consistent with the keys supplied in this export");
    await expect(page.getByRole("region", { name: "Keys", exact: true })).toContainText("From the bundle only");
  });

  await test.step("with its key pinned from the list of keys, its log files are proven", async () => {
    await answerOpenDialogs(app, [keys]);
    await page.getByRole("button", { name: "Pin this key" }).first().click();
    await page.getByRole("button", { name: "Choose a file instead" }).click();
    await page.getByRole("textbox", { name: "How do you know it is theirs?" }).fill("listed by the account's owner");
    await page.getByRole("button", { name: "Pin and verify again" }).click();
    await expect(page.getByRole("heading", { name: "Verified with limits" })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("region", { name: "Keys", exact: true })).toContainText(
      "listed by the account's owner",
    );
  });

  await test.step("the gap is drawn, and the call that stopped the trail stands beside it", async () => {
    const coverage = page.getByRole("region", { name: "Coverage" });
    await expect(coverage).toContainText("but for 1 gap");
    await expect(coverage.getByRole("img", { name: /proven .*, 1 gap$/ })).toBeVisible();
    await expect(coverage.getByRole("list", { name: "Gaps" })).toContainText("StopLogging by arn:aws:iam::");
    expect(await violations(page)).toEqual([]);
  });

  await test.step("each check says its rule, what it looked at, and what a pass does not show", async () => {
    for (const label of ["Digest keys", "Digest signatures", "Digest chains", "Log files", "Time asked for"]) {
      await checks.getByRole("button", { name: label }).click();
      const detail = page.getByRole("region", { name: label });
      for (const field of ["Rule", "Inputs", "Counts", "First failure", "A pass does not show"]) {
        await expect(detail.getByRole("term").filter({ hasText: field })).toBeVisible();
      }
      await expect(detail).not.toContainText("docs/verdicts.md");
    }
  });
});

/** Writes an export of our own generator, and beside it the keys to pin. */
async function writeCloudTrailExport(name: string, target: string, keys: string): Promise<void> {
  const variant = CLOUDTRAIL_VARIANTS.find((candidate) => candidate.name === name);
  if (!variant) throw new Error(`no variant ${name}`);
  const { files, publicKeys } = buildExport(variant.plan);
  for (const [file, bytes] of files) {
    await mkdir(path.dirname(path.join(target, file)), { recursive: true });
    await writeFile(path.join(target, file), bytes);
  }
  await writeFile(keys, publicKeys);
}

test("a key is pinned from a file with a reason, taken back with a reason, and both are in the diary", async ({
  sample,
}) => {
  test.setTimeout(180_000);
  const { app, page } = sample;
  await goTo(sample, "settings");
  const pinned = page.getByRole("region", { name: "Pinned keys and authorities" });

  await test.step("the log key is taken back, and evidence that rests on it is no longer verifiable", async () => {
    await pinned.getByRole("button", { name: "Unpin…" }).first().click();
    await page.getByRole("textbox", { name: "Why is it no longer trusted?" }).fill("it was never compared");
    await page.keyboard.press("Enter");
    await expect(pinned).toContainText("2 pinned");
    await goTo(sample, "verify");
    await page.getByRole("tab", { name: /X-1/ }).click();
    await page.getByRole("button", { name: "Verify again" }).click();
    await expect(page.getByRole("heading", { name: "Not verifiable", exact: true })).toBeVisible({ timeout: 60_000 });
  });

  await test.step("chosen as a file, it is pinned from the evidence and verified again at once", async () => {
    await answerOpenDialogs(app, [path.join(SAMPLES, "marrowbridge-audit.vkey")]);
    await page.getByRole("button", { name: "Pin this key" }).first().click();
    await page.getByRole("button", { name: "Choose a file instead" }).click();
    await page.getByRole("textbox", { name: "How do you know it is theirs?" }).fill("read out by the keeper");
    await page.getByRole("button", { name: "Pin and verify again" }).click();
    await expect(page.getByRole("heading", { name: "Verified", exact: true })).toBeVisible({ timeout: 60_000 });
  });

  await test.step("the diary has both, with their reasons", async () => {
    await chooseCommand(app, "custody.keys");
    const acts = page.getByRole("table", { name: "Key acts" });
    await expect(acts).toContainText("key.unpinned");
    await acts
      .getByRole("button", { name: /key\.pinned/ })
      .first()
      .click();
    await expect(page.getByRole("complementary", { name: "Diary" })).toContainText("read out by the keeper");
  });
});

test("the self-test tells how far it is, and stops when told", async ({ running }) => {
  const { app, page } = running;
  await chooseCommand(app, "self-test.run");
  const panel = page.getByRole("region", { name: "Self-test" });
  await panel.getByRole("button", { name: "Cancel" }).click();
  await expect(panel.getByRole("button", { name: "Run the self-test" })).toBeVisible({ timeout: 30_000 });
  await expect(panel).toContainText("was not tested on this machine");
});

test("a redacted, encrypted package is written and read again, and its signer is pinned", async ({
  sample,
  folder,
}) => {
  test.setTimeout(240_000);
  const { app, page } = sample;
  const target = path.join(folder, "package.zip.age");
  const identities = path.join(folder, "identities.txt");
  const { generateIdentity, identityToRecipient } = await import("age-encryption");
  const identity = await generateIdentity();
  await writeFile(identities, `${identity}\n`);

  await test.step("a finding says what speaks against it", async () => {
    await goTo(sample, "timeline");
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    await page.keyboard.press("Shift+j");
    await page.keyboard.press("e");
    await page.getByRole("textbox", { name: "Title" }).fill("A record");
    await page.getByRole("textbox", { name: "Statement" }).fill("The log holds this record.");
    await page.getByRole("textbox", { name: "What speaks against it" }).fill("The next record says otherwise.");
    await page
      .getByRole("button", { name: /speaks against it$/ })
      .last()
      .click();
    await page.getByRole("button", { name: "Save finding" }).click();
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText(
      "Exhibits that speak against it",
    );
  });

  await test.step("the content of one record stays behind, and the package is for one recipient", async () => {
    await goTo(sample, "report");
    await page.getByRole("button", { name: "Withhold content…" }).click();
    await page.getByRole("checkbox", { name: "EX-00001" }).check();
    await page.getByRole("textbox", { name: "Why is EX-00001 withheld?" }).fill("names a customer");
    await page.keyboard.press("Escape");
    await page.getByText("Encrypted", { exact: true }).click();
    await page.getByRole("textbox", { name: "Recipients (age)" }).fill(await identityToRecipient(identity));
    await answerSaveDialogs(app, target);
    await page.getByRole("button", { name: /^Sign .* export$/ }).click();
    await expect(page.getByText("Package written")).toBeVisible({ timeout: 120_000 });
    expect(existsSync(target.replace(/\.age$/, ""))).toBe(false);
  });

  await test.step("the key of the examiner is no stranger's", async () => {
    await openPackage(sample, [target, identities]);
    await expect(page.getByRole("heading", { name: /^Verified/ })).toBeVisible({ timeout: 60_000 });
  });

  const other = await launchApp();
  await test.step("for the other side it is not verifiable until its signer is pinned", async () => {
    await openPackage(other, [target, identities]);
    const verdict = other.page.getByRole("heading", { name: "Not verifiable", exact: true });
    await expect(verdict).toBeVisible({ timeout: 60_000 });
    await other.page
      .getByRole("textbox", { name: "How did you compare the fingerprint?" })
      .fill("read out by telephone");
    await other.page.getByRole("button", { name: "Pin the signer" }).click();
    await expect(other.page.getByRole("region", { name: "Verdict" })).toContainText("Verified");
    const parts = other.page.getByRole("navigation", { name: "Parts of the package" });
    await parts.getByRole("button", { name: /^Exhibits/ }).click();
    await other.page.getByRole("button", { name: "EX-00001" }).click();
    await expect(other.page.getByRole("region", { name: "Exhibit EX-00001" })).toContainText(
      "Withheld: names a customer",
    );
  });

  await test.step("the command line says the same of it", async () => {
    const args = [CLI, "verify-package", target, "--identity", identities, "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, ASSAY_HOME: other.home },
    });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: expect.stringMatching(/^verified/) });
  });
  await other.close();
});

/** Opens a package by its command: the file, then the identities that it is for. */
async function openPackage({ app }: RunningApp, filePaths: readonly string[]): Promise<void> {
  await app.evaluate(({ dialog }, answers) => {
    const left = [...answers];
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: left.splice(0, 1) });
  }, filePaths);
  await chooseCommand(app, "package.open");
}
