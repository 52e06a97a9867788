import { app, Menu, type MenuItemConstructorOptions } from "electron";

/** The application menu. What is Assay's own is a command id of renderer/commands.ts, run by the page. */
export function buildMenu(run: (commandId: string) => void): Menu {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    // Shown beside the entry; the page itself hears the keys.
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    click: () => run(id),
  });
  const separator: MenuItemConstructorOptions = { type: "separator" };
  return Menu.buildFromTemplate([
    {
      label: "Case",
      submenu: [
        command("Open a case…", "case.open"),
        command("Open the sample case", "sample.open"),
        command("Close the case", "case.close"),
        separator,
        command("Add evidence: files…", "evidence.files", "CmdOrCtrl+O"),
        command("Add evidence: folder…", "evidence.folder", "CmdOrCtrl+Shift+O"),
        command("Add evidence: map by hand…", "evidence.map"),
        command("Verify files without a case…", "evidence.verify"),
        command("Compare copies of one log…", "evidence.compare"),
        command("Check a signature beside a file…", "attachment.verify"),
        separator,
        { role: "quit" },
      ],
    },
    {
      label: "Edit",
      submenu: [{ role: "undo" }, { role: "redo" }, separator, { role: "cut" }, { role: "copy" }, { role: "paste" }],
    },
    {
      label: "Go to",
      submenu: [
        command("Start", "screen.start", "CmdOrCtrl+1"),
        command("Verify", "screen.verify", "CmdOrCtrl+2"),
        command("Timeline", "screen.timeline", "CmdOrCtrl+3"),
        command("Identities", "screen.identities", "CmdOrCtrl+4"),
        command("Alerts", "screen.alerts", "CmdOrCtrl+5"),
        command("Replay", "screen.replay", "CmdOrCtrl+6"),
        command("Findings", "screen.findings", "CmdOrCtrl+7"),
        command("Report", "screen.report", "CmdOrCtrl+8"),
        command("Custody", "screen.custody", "CmdOrCtrl+9"),
        command("Case", "screen.case"),
        command("Settings", "screen.settings", "CmdOrCtrl+,"),
      ],
    },
    {
      label: "View",
      submenu: [
        command("Command palette", "view.palette", "CmdOrCtrl+K"),
        command("All keys", "view.keys"),
        separator,
        command("Theme: as the system", "theme.system"),
        command("Theme: light", "theme.light"),
        command("Theme: dark", "theme.dark"),
        separator,
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { role: "togglefullscreen" },
        ...(app.isPackaged ? [] : [separator, { role: "toggleDevTools" } satisfies MenuItemConstructorOptions]),
      ],
    },
  ]);
}
