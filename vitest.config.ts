import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{unit,vectors,property,integration}/**/*.test.ts"],
    globalSetup: ["test/support/build-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
