import { type BrowserWindow } from "electron";

const RESTARTS = 3;
const WITHIN_MS = 60_000;

/** Stops a crash loop: something that has died and been started again too often lately stays down until asked for. */
export class RestartLimit {
  #recent: number[] = [];

  /** Whether a restart at `nowMs` is allowed; an allowed one counts. */
  allows(nowMs: number): boolean {
    this.#recent = this.#recent.filter((time) => nowMs - time < WITHIN_MS);
    if (this.#recent.length >= RESTARTS) return false;
    this.#recent.push(nowMs);
    return true;
  }
}

/** Loads the page again when its process died. Nothing is lost with it: the case lives in the worker. */
export function reloadAfterCrash(window: BrowserWindow): void {
  const restarts = new RestartLimit();
  window.webContents.on("render-process-gone", (_event, { reason }) => {
    if (reason === "clean-exit") return;
    console.error(`the window's page ended unexpectedly (${reason})`);
    if (restarts.allows(Date.now())) window.webContents.reload();
  });
}
