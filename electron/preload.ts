import { contextBridge, ipcRenderer, webUtils } from "electron";

import { type Bridge, COMMAND_MESSAGE, KEPT_SETTINGS_MESSAGE, WORKER_PORT_MESSAGE } from "./shell-contract.ts";

// A port cannot cross the context bridge; it reaches the page as a transferable of a window message.
ipcRenderer.on(WORKER_PORT_MESSAGE, (event) => {
  window.postMessage({ type: WORKER_PORT_MESSAGE }, window.location.origin, event.ports);
});

// The page reads its settings from its storage, which is in memory and empty at every start of the application.
const kept: unknown = ipcRenderer.sendSync(KEPT_SETTINGS_MESSAGE);
if (typeof kept === "object" && kept !== null) {
  for (const [name, text] of Object.entries(kept)) {
    if (localStorage.getItem(name) === null) localStorage.setItem(name, String(text));
  }
}

const bridge: Bridge = {
  requestWorkerPort: () => void ipcRenderer.invoke("shell:worker-port"),
  info: () => ipcRenderer.invoke("shell:info"),
  chooseEvidence: (kind) => ipcRenderer.invoke("shell:choose-evidence", kind),
  chooseFile: (kind) => ipcRenderer.invoke("shell:choose-file", kind),
  grantDropped: (files) =>
    ipcRenderer.invoke(
      "shell:grant-dropped",
      files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ""),
    ),
  chooseCase: () => ipcRenderer.invoke("shell:choose-case"),
  chooseTarget: (kind, suggestedName) => ipcRenderer.invoke("shell:choose-target", kind, suggestedName),
  takeStartGrants: () => ipcRenderer.invoke("shell:take-start-grants"),
  keepSetting: (name, text) => ipcRenderer.invoke("shell:keep-setting", name, text),
  setTheme: (theme) => ipcRenderer.invoke("shell:set-theme", theme),
  onCommand: (listener) => void ipcRenderer.on(COMMAND_MESSAGE, (_event, commandId: string) => listener(commandId)),
};
contextBridge.exposeInMainWorld("assay", bridge);
