import path from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The window's page. It is served by electron/protocol.ts under a policy that allows files of our own origin only. */
export default defineConfig({
  root: path.join(import.meta.dirname, "renderer"),
  base: "./",
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, "dist/renderer"),
    target: "chrome130",
    // The polyfill is an inline script, and an inlined asset a data: URL; the page policy refuses both.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4_000,
  },
});
