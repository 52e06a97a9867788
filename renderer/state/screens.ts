/** Every screen in the order of the rail. A new one is a line here and one in renderer/screens.tsx. */
export const SCREENS = [
  { id: "start", title: "Start", keys: ["mod+1"] },
  { id: "verify", title: "Verify", keys: ["mod+2"] },
  { id: "timeline", title: "Timeline", keys: ["mod+3"] },
  { id: "identities", title: "Identities", keys: ["mod+4"] },
  { id: "alerts", title: "Alerts", keys: ["mod+5"] },
  { id: "replay", title: "Replay", keys: ["mod+6"] },
  { id: "findings", title: "Findings", keys: ["mod+7"] },
  { id: "report", title: "Report", keys: ["mod+8"] },
  { id: "custody", title: "Custody", keys: ["mod+9"] },
  { id: "case", title: "Case", keys: [] },
  { id: "package", title: "Package", keys: [] },
  { id: "settings", title: "Settings", keys: ["mod+,"] },
] as const;

export type Screen = (typeof SCREENS)[number]["id"];
