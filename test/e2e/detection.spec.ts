import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect } from "@playwright/test";

import { violations } from "./support/accessibility.ts";
import { answerSaveDialogs, settled } from "./support/app.ts";
import { goTo, test } from "./support/journey.ts";

const RULE = `title: Grants
id: grants
logsource:
  category: api_activity
detection:
  selection:
    action|contains: grant
  condition: selection
`;

test("from an alert of the sample to a finding, a muted rule, a layer and a rule of one's own", async ({
  sample,
  folder,
}) => {
  test.setTimeout(240_000);
  const { app, page } = sample;
  await goTo(sample, "alerts");
  const list = page.getByRole("region", { name: "What fired" });
  const detail = page.getByRole("region", { name: "Alert", exact: true });

  await test.step("the rules ran on import, and the switch says so", async () => {
    await expect(page.getByRole("checkbox", { name: "Run after every import" })).toBeChecked();
    await expect(list).toContainText("Credential stuffing that succeeded");
  });

  await test.step("the time strip has flags where rules point", async () => {
    await goTo(sample, "timeline");
    const strip = page.getByRole("region", { name: "Time strip" });
    const flag = strip.getByRole("button", { name: /(Low|Medium|High|Critical): / }).first();
    await expect(flag).toHaveText(/^!/);
    await flag.hover();
    await expect(flag.locator("span")).toBeVisible();
    await goTo(sample, "alerts");
  });

  await test.step("a rule says why it fired, on which values of which event", async () => {
    await list.getByRole("button", { name: /Privilege granted to oneself/ }).click();
    await expect(
      detail.getByRole("heading", { name: /^Why event .* fits “Privilege granted to oneself”$/ }),
    ).toBeVisible();
    await expect(detail.getByRole("row").filter({ hasText: "yes" }).first()).toBeVisible();
    await expect(detail.getByLabel("Text of the rule")).toContainText("logsource:");
  });

  await test.step("a correlation says what it asks for, where that was met, and which rules its events fit", async () => {
    await list.getByRole("button", { name: /Credential stuffing that succeeded/ }).click();
    await expect(detail).toContainText("these rules one after the other within 30 minutes, for each userAgent");
    const stage = detail
      .getByRole("row")
      .filter({ hasText: "Many accounts tried by one program (step of a sequence)" });
    await expect(stage.getByRole("button", { name: /^Event / })).toBeVisible();
    await expect(detail.getByRole("heading", { name: /^Why event .* fits “Sign-in refused”$/ })).toBeVisible();
    await detail.getByRole("button", { name: "Why?" }).nth(1).click();
    await expect(detail.getByRole("button", { name: "Why?", pressed: true })).toHaveCount(1);
    expect(await violations(page)).toEqual([]);
    await list.getByRole("button", { name: /Privilege granted to oneself/ }).click();
  });

  await test.step("it is muted with a reason, and undoing hears of it again", async () => {
    await detail.getByRole("button", { name: "Mute this rule…" }).click();
    await detail.getByRole("textbox", { name: /^Why is it muted/ }).fill("Known to the client.");
    expect(await violations(page)).toEqual([]);
    await detail.getByRole("button", { name: "Mute", exact: true }).click();
    await expect(list).not.toContainText("Privilege granted to oneself");
    await page.getByRole("checkbox", { name: "Muted, 1" }).check();
    await list.getByRole("button", { name: /Privilege granted to oneself/ }).click();
    await expect(detail).toContainText("Muted: Known to the client.");
    await page.keyboard.press("ControlOrMeta+z");
    await expect(page.getByRole("checkbox", { name: "Muted, 0" })).toBeVisible();
    await expect(detail).not.toContainText("Known to the client.");
  });

  await test.step("the techniques of every rule are shown, and written for the Navigator", async () => {
    await page.getByText("Techniques", { exact: true }).first().click();
    const matrix = page.getByRole("group", { name: "Techniques" });
    await expect(matrix.getByRole("button", { name: /T1110\.004.*Credential stuffing/ })).toBeVisible();
    await expect(matrix).toContainText("none fired");
    expect(await matrix.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    expect(await violations(page)).toEqual([]);
    const target = path.join(folder, "layer.json");
    await answerSaveDialogs(app, target);
    await page.getByRole("button", { name: "Navigator layer…" }).click();
    const layer = async (): Promise<unknown> => JSON.parse(await readFile(target, "utf8").catch(() => "{}"));
    await expect.poll(layer).toMatchObject({
      domain: "enterprise-attack",
      techniques: expect.arrayContaining([expect.objectContaining({ techniqueID: "T1110.004" })]),
    });
  });

  await test.step("a rule is checked while it is written, tried, and kept", async () => {
    await page.getByText("Rules", { exact: true }).first().click();
    const check = page.getByRole("region", { name: "Check" });
    const editor = page.locator(".rule-editor .cm-content");
    await expect(check).toContainText("Every rule can run.");
    await editor.fill(RULE.replace("condition: selection", "condition: other"));
    await expect(check).toContainText("Line 8, column 14:");
    expect(await violations(page)).toEqual([]);
    await editor.fill(RULE);
    await expect(check).toContainText("Every rule can run.");
    await check.getByRole("button", { name: "Dry run" }).click();
    await expect(check).toContainText(/Grants: [1-9][\d,]* events/);
    await check.getByRole("button", { name: "Keep in the case" }).click();
    await expect(page.getByRole("region", { name: "Rule files" })).toContainText("my-rules.yml");
    await settled(page);
  });

  await test.step("an alert becomes a finding that names rule, version, hash, author and licence", async () => {
    await page.getByText("Alerts", { exact: true }).last().click();
    await list.getByRole("button", { name: /Mass export/ }).click();
    await detail.getByRole("button", { name: "Make a finding…" }).click();
    await page.waitForSelector('body[data-screen="findings"]', { state: "attached" });
    await expect(page.getByRole("textbox", { name: "Title" })).toHaveValue("Mass export");
    await expect(page.getByRole("textbox", { name: /^Basis/ })).toHaveValue(
      /SHA-256 [0-9a-f]{64}; author .*, licence /,
    );
    await page.getByRole("button", { name: "Save finding" }).click();
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText("EX-00001");
  });
});
