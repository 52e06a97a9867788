/**
 * The rooms of core/, lowest first. A room imports from itself and from rooms below it, never up and never sideways.
 * A room that is not listed is a new room: add it here on purpose (docs/architecture.md).
 */
const LEVELS = [
  ["model"],
  ["encoding"],
  ["merkle", "signing"],
  ["bundle", "sources"],
  ["verification"],
  ["casefile"],
  ["identity", "timeline", "triage", "detection", "findings", "selftest"],
  ["replay"],
  ["interchange"],
  ["report"],
];
/** Rooms that only compute: no file system, no network, no database, no clock. */
const PURE = ["model", "encoding", "merkle", "signing", "verification"];

const inRooms = (...rooms) => `^core/(${rooms.join("|")})/`;

const upward = LEVELS.map((rooms, level) => ({
  name: `no-upward-import-from-${rooms.join("-")}`,
  severity: "error",
  from: { path: inRooms(...rooms) },
  to: { path: inRooms(...LEVELS.slice(level + 1).flat(), "api", "cli") },
}));
const sideways = LEVELS.filter((rooms) => rooms.length > 1).map((rooms) => ({
  name: `no-sideways-import-among-${rooms.join("-")}`,
  severity: "error",
  from: { path: `^core/(${rooms.join("|")})/` },
  to: { path: inRooms(...rooms), pathNot: "^core/$1/" },
}));

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-stays-home",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "^(electron|renderer|test|samples)/" },
    },
    {
      name: "core-knows-no-window",
      severity: "error",
      from: { path: "^core/" },
      to: { path: "(^|node_modules/)(electron|react|react-dom|zustand|@mantine)(/|$)" },
    },
    {
      name: "pure-rooms-do-no-io",
      severity: "error",
      from: { path: inRooms(...PURE) },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-casefile-knows-duckdb",
      severity: "error",
      from: { path: "^(core|electron|renderer)/", pathNot: "^core/casefile/" },
      to: { path: "@duckdb/" },
    },
    { name: "api-and-cli-do-not-meet", severity: "error", from: { path: "^core/api/" }, to: { path: "^core/cli/" } },
    {
      name: "renderer-sees-model-and-api-only",
      severity: "error",
      from: { path: "^renderer/" },
      to: {
        path: "^(core|electron)/",
        pathNot:
          "^(core/(model/|api/(client|contract|failure|port|[a-z]+-contract)\\.ts)|electron/shell-contract\\.ts)",
      },
    },
    {
      name: "electron-and-renderer-do-not-meet",
      severity: "error",
      from: { path: "^electron/" },
      to: { path: "^renderer/" },
    },
    {
      name: "preload-is-alone",
      severity: "error",
      from: { path: "^electron/preload" },
      to: { path: "^(core|renderer)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "not-to-dev-dep",
      severity: "error",
      from: { path: "^(core|electron|renderer)/" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/(electron|@types|vite)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js"], conditionNames: ["import", "node", "default"] },
  },
};
