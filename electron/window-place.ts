import fs from "node:fs";
import path from "node:path";

import { app, screen, type BrowserWindow, type Rectangle } from "electron";

/** Where the window was when it was last closed. */
interface WindowPlace {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

/** The place to open the window at: the last one, if a display still shows it. */
export function readWindowPlace(): WindowPlace | null {
  try {
    const read: unknown = JSON.parse(fs.readFileSync(placeFile(), "utf8"));
    if (!isPlace(read)) return null;
    const { workArea } = screen.getDisplayMatching(read.bounds);
    const shown =
      read.bounds.x < workArea.x + workArea.width &&
      read.bounds.y < workArea.y + workArea.height &&
      read.bounds.x + read.bounds.width > workArea.x &&
      read.bounds.y + read.bounds.height > workArea.y;
    return shown ? read : null;
  } catch {
    return null;
  }
}

/** Remembers the window's place when it is closed. */
export function rememberPlaceOf(window: BrowserWindow): void {
  window.on("close", () => {
    const place: WindowPlace = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    fs.writeFileSync(placeFile(), JSON.stringify(place));
  });
}

function placeFile(): string {
  return path.join(app.getPath("userData"), "window.json");
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== "object" || value === null || !("bounds" in value) || !("maximized" in value)) return false;
  const { bounds, maximized } = value;
  if (typeof bounds !== "object" || bounds === null || typeof maximized !== "boolean") return false;
  return ["x", "y", "width", "height"].every((name) => Number.isInteger(Reflect.get(bounds, name)));
}
