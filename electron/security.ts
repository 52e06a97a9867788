import { app, type Session, type WebContents } from "electron";

import { PAGE_ORIGIN } from "./protocol.ts";

/** Switches for every process of the application; must be called before it is ready. */
export function restrictProcesses(): void {
  // enableSandbox() would override --no-sandbox, which root needs: then every child dies and no window ever loads.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  // No name and no address resolves, whatever Chromium would like to ask for by itself.
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  app.commandLine.appendSwitch("force-webrtc-ip-handling-policy", "disable_non_proxied_udp");
  app.commandLine.appendSwitch("disable-features", "MediaRouter,OptimizationHints,AutofillServerCommunication");
  const background = ["background-networking", "component-update", "domain-reliability", "quic", "breakpad"];
  for (const feature of background) app.commandLine.appendSwitch(`disable-${feature}`);
  app.commandLine.appendSwitch("no-pings");
}

/** Nothing but the application's own files is loaded, no permission is given, nothing is downloaded. */
export function restrictSession(session: Session): void {
  session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !isOwn(url) }));
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.on("will-download", (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
}

/** The page stays the page: no navigation, no redirect, no window, no web view, no sign-in, no certificate exception. */
export function restrictContents(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-frame-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
  });
  app.on("certificate-error", (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on("login", (event) => event.preventDefault());
  app.on("select-client-certificate", (event) => event.preventDefault());
}

/** Whether a message comes from our page in the window it is meant to come from, and from no frame inside it. */
export function isOwnPage(event: Electron.IpcMainInvokeEvent | Electron.IpcMainEvent, window: WebContents): boolean {
  const frame = event.senderFrame;
  // frame.origin, not the origin of a parsed URL: that is "null" for schemes Node does not know.
  return event.sender === window && frame !== null && frame === window.mainFrame && frame.origin === PAGE_ORIGIN;
}

function isOwn(url: string): boolean {
  const developerTools = !app.isPackaged && url.startsWith("devtools://");
  return url.startsWith(`${PAGE_ORIGIN}/`) || url.startsWith("data:image/") || developerTools;
}
