import { contextBridge, ipcRenderer, webUtils } from "electron";

import { type Bridge, COMMAND_MESSAGE, WORKER_PORT_MESSAGE } from "./shell-contract.ts";

// A port cannot cross the context bridge; it reaches the page as a transferable of a window message.
ipcRenderer.on(WORKER_PORT_MESSAGE, (event) => {
  window.postMessage({ type: WORKER_PORT_MESSAGE }, window.location.origin, event.ports);
});

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
  setTheme: (theme) => ipcRenderer.invoke("shell:set-theme", theme),
  onCommand: (listener) => void ipcRenderer.on(COMMAND_MESSAGE, (_event, commandId: string) => listener(commandId)),
};
contextBridge.exposeInMainWorld("assay", bridge);
