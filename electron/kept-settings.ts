import fs from "node:fs";
import path from "node:path";

import { app } from "electron";
import { z } from "zod";

/** The settings of the page that outlive it. What was asked of a case is not among them. */
const NAMES = ["theme", "clock-zone", "key-bindings", "timeline-layout"] as const;
const MOST_TEXT = 64 * 1024;

export const keptSetting = z.tuple([z.enum(NAMES), z.string().max(MOST_TEXT)]);
type KeptSettings = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

const shape = z.partialRecord(z.enum(NAMES), z.string().max(MOST_TEXT));

/** The settings by name; none when there is no file yet or it is no longer readable. */
export function readKeptSettings(): KeptSettings {
  try {
    return shape.parse(JSON.parse(fs.readFileSync(settingsFile(), "utf8")));
  } catch {
    return {};
  }
}

/** Keeps a setting: the page's own storage is in memory, and ends with the application. */
export function keepSetting([name, text]: z.output<typeof keptSetting>): void {
  fs.writeFileSync(settingsFile(), JSON.stringify({ ...readKeptSettings(), [name]: text }));
}

function settingsFile(): string {
  return path.join(app.getPath("userData"), "settings.json");
}
