import { AxeBuilder } from "@axe-core/playwright";
import { type Page } from "@playwright/test";

import { chooseCommand, type RunningApp, settled } from "./app.ts";

/** What axe finds wrong with what is shown once everything is answered; empty when nothing is. */
export async function violations(page: Page): Promise<readonly string[]> {
  await settled(page);
  return violationsNow(page);
}

/** The same of what is shown now, though answers may be on their way. */
export async function violationsNow(page: Page): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page })
    // Electron has no second page to collect results in, which the newer mode needs.
    .setLegacyMode(true)
    // Every rule is run; of what passes only the names are collected, which takes most of the time otherwise.
    .options({ resultTypes: ["violations"] });
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

/** Shows the window in a theme. */
export async function showTheme({ app, page }: RunningApp, theme: "dark" | "light"): Promise<void> {
  await chooseCommand(app, `theme.${theme}`);
  await page.waitForSelector(`html[data-mantine-color-scheme="${theme}"]`, { state: "attached" });
}

/** The violations of what is shown, in both themes. */
export async function violationsInBothThemes(running: RunningApp): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ["dark", "light"] as const) {
    await showTheme(running, theme);
    found.push(...(await violations(running.page)).map((violation) => `${theme}: ${violation}`));
  }
  return found;
}
