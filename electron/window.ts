import { app, BrowserWindow, nativeTheme, type Session } from "electron";

import { PAGE_ORIGIN } from "./protocol.ts";
import { readWindowPlace, rememberPlaceOf } from "./window-place.ts";

const BACKGROUND = { dark: "#101418", light: "#ffffff" };

/** The one window, where it was last, hidden until its page has something to show. */
export function createWindow(session: Session, preload: string): BrowserWindow {
  const place = readWindowPlace();
  const window = new BrowserWindow({
    ...(place ? place.bounds : { width: 1440, height: 900, useContentSize: true }),
    minWidth: 1180,
    minHeight: 720,
    show: false,
    title: "Assay",
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      session,
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (place?.maximized) window.maximize();
  rememberPlaceOf(window);
  window.once("ready-to-show", () => window.show());
  return window;
}

export function loadPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(`${PAGE_ORIGIN}/index.html`);
}
