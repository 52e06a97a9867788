import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, type Locator } from "@playwright/test";

import { absentForSoftToken, SOFT_TOKEN_MODULE, SoftToken } from "../support/soft-token.ts";
import { hasOpenssl, TimeAuthorityForTests } from "../support/time-authority.ts";
import {
  answerOpenDialogs,
  answerSaveDialogs,
  chooseCommand,
  launchApp,
  type RunningApp,
  settled,
} from "./support/app.ts";
import { violations } from "./support/accessibility.ts";
import { goTo, test } from "./support/journey.ts";

const PASSPHRASE = "three words here";
const OTHER = "four other words here";

/** Enters a new passphrase, twice. */
async function enterNew(form: Locator, passphrase: string): Promise<void> {
  await form.getByLabel("Passphrase to keep it under").fill(passphrase);
  await form.getByLabel("The same once more").fill(passphrase);
}

test("a key is made, unlocked, given another passphrase, replaced by one of PKCS#12, and reported lost", async ({
  folder,
}) => {
  test.skip(!hasOpenssl, "needs openssl to write a PKCS#12 file");
  test.setTimeout(180_000);
  const home = path.join(folder, "home");
  const openssl = (line: string) => expect(spawnSync("openssl", line.split(" "), { cwd: folder }).status).toBe(0);
  openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -subj /CN=Imported");
  openssl("pkcs12 -export -inkey k.pem -in c.pem -out key.p12 -passout pass:file");
  const first = await launchApp({ home });
  const parts = ({ page }: RunningApp) => ({
    settings: page.locator(".settings"),
    register: page.getByRole("region", { name: "Examiner keys" }),
    dialog: page.getByRole("dialog"),
  });

  await test.step("a key is made under a passphrase that was entered twice", async () => {
    const { settings, register } = parts(first);
    await goTo(first, "settings");
    await settings.getByLabel("Your name").fill("R. Adeyemi");
    await settings.getByLabel("Passphrase to keep it under").fill(PASSPHRASE);
    const make = settings.getByRole("button", { name: "Make the key" });
    await expect(make).toBeDisabled();
    await settings.getByLabel("The same once more").fill(`${PASSPHRASE}x`);
    await expect(make).toBeDisabled();
    await settings.getByLabel("The same once more").fill(PASSPHRASE);
    await make.click();
    await expect(settings).toContainText("unlocked for this session");
    await expect(register).toContainText("a passphrase (scrypt)");
    expect(await readFile(path.join(home, "examiner.key"), "utf8")).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  });

  await test.step("its fingerprint is written as a sheet for others to compare", async () => {
    const sheet = path.join(folder, "sheet.pdf");
    await answerSaveDialogs(first.app, sheet);
    await parts(first).register.getByRole("button", { name: "Fingerprint sheet" }).click();
    await expect.poll(() => readFile(sheet, "latin1").catch(() => "")).toContain("%PDF-");
  });

  await test.step("the passphrase is changed; the fingerprint stays", async () => {
    const { register, dialog } = parts(first);
    const fingerprint = await register.locator(".digest-full").first().innerText();
    await register.getByRole("button", { name: "Change the passphrase…" }).click();
    expect(await violations(first.page)).toEqual([]);
    await dialog.getByLabel("Passphrase until now").fill("not this one");
    await enterNew(dialog, OTHER);
    await dialog.getByRole("button", { name: "Change it" }).click();
    await expect(dialog).toContainText("passphrase-wrong");
    await dialog.getByLabel("Passphrase until now").fill(PASSPHRASE);
    await dialog.getByRole("button", { name: "Change it" }).click();
    await expect(dialog).toBeHidden();
    expect(await register.locator(".digest-full").first().innerText()).toBe(fingerprint);
  });
  await first.close();

  const second = await launchApp({ home });
  const { settings, register, dialog } = parts(second);
  await test.step("at the next start it is locked, and opens with the new passphrase alone", async () => {
    await goTo(second, "settings");
    await expect(settings).toContainText("locked");
    await settings.getByLabel("Passphrase").fill(PASSPHRASE);
    await settings.getByRole("button", { name: "Unlock" }).click();
    await expect(settings).toContainText("passphrase-wrong");
    await settings.getByLabel("Passphrase").fill(OTHER);
    await settings.getByRole("button", { name: "Unlock" }).click();
    await expect(settings).toContainText("unlocked for this session");
  });

  await test.step("a key of a PKCS#12 file takes its place, endorsed by it", async () => {
    await answerOpenDialogs(second.app, [path.join(folder, "key.p12")]);
    await register.getByRole("button", { name: "Replace the key…" }).click();
    await dialog.getByText("An imported key", { exact: true }).click();
    await dialog.getByRole("button", { name: "Choose the file" }).click();
    await dialog.getByLabel("Passphrase of the file").fill("file");
    await dialog.getByRole("textbox", { name: "Why is it replaced?" }).fill("the office issues the keys now");
    await dialog.getByRole("button", { name: "Replace the key", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(register).toContainText("Imported");
    await expect(register).toContainText("Endorsed by");
    await expect(register).toContainText("the file’s mode alone");
  });

  await test.step("reported lost, it signs no more, and another one is imported in its place", async () => {
    await register.getByRole("button", { name: "Report it lost…" }).first().click();
    await dialog.getByRole("textbox", { name: "What happened?" }).fill("left on a train");
    await dialog.getByRole("button", { name: "Report it", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(register).toContainText("left on a train");
    await register.getByRole("button", { name: "Import a key…" }).click();
    expect(await violations(second.page)).toEqual([]);
    await second.page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    expect(existsSync(path.join(home, "examiner.key"))).toBe(false);
  });
  await second.close();
});

test("the key store of the computer is put around the key file in this runtime, and taken off", async ({ folder }) => {
  test.skip(process.platform !== "linux", "the fixed password that stands in for a keyring is Linux's");
  const home = path.join(folder, "home");
  const file = path.join(home, "examiner.key");
  const args = ["--password-store=basic"];
  const keyStoreOf = ({ page }: RunningApp) =>
    page.getByRole("switch", { name: "Also by the key store of this computer" });

  const first = await launchApp({ home, args });
  await goTo(first, "settings");
  await first.page.getByLabel("Your name").fill("R. Adeyemi");
  await first.page.getByRole("button", { name: "Make the key" }).click();

  await test.step("a store that protects nothing is not offered", async () => {
    await expect(keyStoreOf(first)).toBeDisabled();
    await expect(first.page.getByText("this computer offers none that protects (basic_text)")).toBeVisible();
  });

  const plain = await readFile(file, "utf8");
  await test.step("a store is put around the file", async () => {
    await standIn(first);
    await goTo(first, "start");
    await goTo(first, "settings");
    await keyStoreOf(first).click();
    await expect(keyStoreOf(first)).toBeChecked();
    const wrapped = await readFile(file, "utf8");
    expect(wrapped).toContain("BEGIN ASSAY WRAPPED PRIVATE KEY");
    expect(wrapped).not.toContain(plain.split("\n")[1]);
  });
  await first.close();

  const second = await launchApp({ home, args });
  await test.step("without it the key stays shut; with it the key opens, and the wrap comes off", async () => {
    await goTo(second, "settings");
    await expect(second.page.locator(".settings")).toContainText("locked");
    await standIn(second);
    await goTo(second, "start");
    await goTo(second, "settings");
    await expect(keyStoreOf(second)).toBeEnabled();
    await keyStoreOf(second).click();
    await expect(keyStoreOf(second)).not.toBeChecked();
    expect(await readFile(file, "utf8")).toBe(plain);
  });
  await second.close();
});

/**
 * No keyring runs where tests do. Electron's own encryption with a fixed password stands in for one, under another name:
 * what wraps and unwraps is the runtime, and only what protects its password is missing.
 */
async function standIn({ app }: RunningApp): Promise<void> {
  await app.evaluate(({ safeStorage }) => {
    safeStorage.setUsePlainTextEncryption(true);
    safeStorage.getSelectedStorageBackend = () => "gnome_libsecret";
  });
}

test("a key on a token is used with its PIN, which is asked for at every start", async ({ folder }) => {
  test.skip(absentForSoftToken.length > 0, `needs ${absentForSoftToken.join(", ")}`);
  const token = new SoftToken();
  token.placeKey("a1", "Token Examiner");
  const launched = { home: path.join(folder, "home"), userHome: token.home };

  const first = await launchApp(launched);
  await test.step("the module is chosen, label and id are given, and the PIN is tried", async () => {
    const { app, page } = first;
    const dialog = page.getByRole("dialog");
    const use = dialog.getByRole("button", { name: "Use the key" });
    await answerOpenDialogs(app, [SOFT_TOKEN_MODULE]);
    await goTo(first, "settings");
    await page.getByRole("button", { name: "Import a key…" }).click();
    await dialog.getByText("On a token (PKCS #11)", { exact: true }).click();
    await dialog.getByLabel("Label of the token").fill(token.label);
    await dialog.getByLabel("Id of the key and its certificate").fill("A1");
    for (const pin of ["111111", token.pin]) {
      await expect(use).toBeDisabled();
      await dialog.getByRole("button", { name: "Choose the module" }).click();
      await dialog.getByRole("textbox", { name: "PIN of the token" }).fill(pin);
      await use.click();
      if (pin !== token.pin) await expect(dialog.getByRole("alert")).toContainText("passphrase-wrong");
    }
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("region", { name: "Examiner keys" })).toContainText("which the key never leaves");
    await expect(page.locator(".settings")).toContainText("unlocked for this session");
  });
  await first.close();

  const second = await launchApp(launched);
  await test.step("at the next start its PIN unlocks it", async () => {
    const settings = second.page.locator(".settings");
    await goTo(second, "settings");
    await expect(settings).toContainText("on a token");
    await settings.getByLabel("PIN of the token").fill(token.pin);
    await settings.getByRole("button", { name: "Unlock" }).click();
    await expect(settings).toContainText("unlocked for this session");
  });
  await second.close();
  token.remove();
});

test("a package goes to a time authority as a request, and takes its answer", async ({ sample, folder }) => {
  test.skip(!hasOpenssl, "needs openssl as a time authority");
  test.setTimeout(240_000);
  const { app, page } = sample;
  const target = path.join(folder, "package");
  const query = path.join(folder, "request.tsq");
  const authority = new TimeAuthorityForTests();

  await test.step("the authority is pinned, and a package is written as a folder and opened", async () => {
    await writeFile(path.join(folder, "authority.pem"), authority.root);
    await goTo(sample, "settings");
    const pinned = page.getByRole("region", { name: "Pinned keys and authorities" });
    await answerOpenDialogs(app, [path.join(folder, "authority.pem")]);
    await pinned.getByRole("button", { name: "Choose a file instead" }).click();
    await pinned.getByRole("textbox", { name: "How do you know it is theirs?" }).fill("its published certificate");
    await pinned.getByRole("button", { name: "Pin it" }).click();
    await expect(pinned).toContainText("its published certificate");
    await goTo(sample, "report");
    await page.getByText("Folder", { exact: true }).click();
    await page.getByLabel("Word document, too").check();
    await page.getByLabel("in-toto statement, too").check();
    await answerSaveDialogs(app, target);
    await page.getByRole("button", { name: /^Sign .* export$/ }).click();
    await expect(page.getByText("Package written")).toBeVisible({ timeout: 120_000 });
    await answerOpenDialogs(app, [target]);
    await chooseCommand(app, "package.openFolder");
    await expect(page.getByRole("heading", { name: /^Verified/ })).toBeVisible({ timeout: 60_000 });
    for (const file of ["report.docx", "package.intoto.jsonl"]) {
      await expect(page.getByLabel("Files of the package")).toContainText(file);
    }
  });

  const stamps = page.getByRole("region", { name: "Time stamps" });
  await test.step("the request is written, answered and added; nothing signed changes", async () => {
    const signed = await readFile(path.join(target, "signatures/SHA256SUMS.p7s"));
    await answerSaveDialogs(app, query);
    await stamps.getByRole("button", { name: "Write request (.tsq)" }).click();
    await expect.poll(() => existsSync(query)).toBe(true);
    await settled(page);
    const answer = path.join(folder, "answer.tsr");
    await writeFile(answer, authority.answer(await readFile(query)));
    await app.evaluate(
      ({ dialog }, answers) => {
        const left = [...answers];
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: left.splice(0, 1) });
      },
      [answer, query],
    );
    await stamps.getByRole("button", { name: "Add answer (.tsr)" }).click();
    await expect(page.getByLabel("Files of the package")).toContainText("timestamps/1.tsr");
    expect(await readFile(path.join(target, "signatures/SHA256SUMS.p7s"))).toEqual(signed);
  });

  await test.step("the check of time stamps passes, and openssl says the same", async () => {
    const line = page
      .getByRole("row")
      .filter({ hasText: /time stamp/i })
      .filter({ hasText: "Test Time Authority" });
    await expect(line).toContainText("Verified");
    const args = "ts -verify -data signatures/SHA256SUMS.p7s -in timestamps/1.tsr -CAfile timestamps/1.pem".split(" ");
    const { stdout, stderr } = spawnSync("openssl", args, { cwd: target, encoding: "utf8" });
    expect(`${stdout}${stderr}`).toContain("Verification: OK");
  });
  authority.remove();
});
