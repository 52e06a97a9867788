"use strict";
const fs = require("node:fs");
const path = require("node:path");

const { flipFuses, FuseV1Options, FuseVersion } = require("@electron/fuses");

/** Gives a packed application its production fuses. ASSAY_PACKAGE_FOR_TESTS=1 leaves the inspector on, to drive it. */
module.exports = async ({ appOutDir, packager, electronPlatformName }) => {
  const name = packager.appInfo.productFilename;
  const executables = { darwin: `${name}.app`, win32: `${name}.exe` };
  await flipFuses(path.join(appOutDir, executables[electronPlatformName] ?? packager.executableName), {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: electronPlatformName === "darwin",
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: process.env.ASSAY_PACKAGE_FOR_TESTS === "1",
    // Electron checks it on macOS and Windows only.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: electronPlatformName !== "linux",
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
  for (const file of ["resources/default_app.asar", "provisioned.json"]) {
    fs.rmSync(path.join(appOutDir, file), { force: true });
  }
};
