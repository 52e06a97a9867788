// Archives of release/linux-unpacked by the system's own tar, zip and dpkg-deb. The packer's targets would first fetch
// tools from the network. Names, owners and times are fixed, so that the same files give the same archive.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const RELEASE = path.resolve(import.meta.dirname, "../release");
const UNPACKED = "linux-unpacked";
const EPOCH = process.env.SOURCE_DATE_EPOCH || "1700000000";
const DEPENDS = "libgtk-3-0, libnss3, libasound2, libgbm1";

/** Writes the archives and their SHA256SUMS; a build on another than the official runtime is named for it. */
export function distribute({ version, description, author, official }) {
  const base = `assay_${version}_amd64${official ? "" : "-UNOFFICIAL-RUNTIME"}`;
  const files = [`${base}.tar.gz`, `${base}.zip`, `${base}.deb`];
  run("tar", [
    ...["--sort=name", `--mtime=@${EPOCH}`, "--owner=0", "--group=0", "--numeric-owner"],
    ...["--transform", `s,^${UNPACKED},assay-${version},`, "-I", "gzip -n -6", "-cf", files[0], UNPACKED],
  ]);
  run("zip", ["-q", "-r", "-X", "-y", files[1], UNPACKED]);
  writeDebianPackage(files[2], { version, description, author });
  const sum = (file) =>
    createHash("sha256")
      .update(fs.readFileSync(path.join(RELEASE, file)))
      .digest("hex");
  fs.writeFileSync(path.join(RELEASE, "SHA256SUMS"), files.map((file) => `${sum(file)}  ${file}\n`).join(""));
  return files.map((file) => ({ file, mebibytes: (fs.statSync(path.join(RELEASE, file)).size / 2 ** 20).toFixed(1) }));
}

function writeDebianPackage(file, { version, description, author }) {
  const root = fs.mkdtempSync(path.join(RELEASE, "deb-"));
  const installed = path.join(root, "opt/Assay");
  try {
    fs.chmodSync(root, 0o755);
    for (const folder of ["DEBIAN", "opt", "usr/bin", "usr/share/applications"]) {
      fs.mkdirSync(path.join(root, folder), { recursive: true });
    }
    run("cp", ["-a", path.join(RELEASE, UNPACKED), installed]);
    // Owned by root through --root-owner-group: the sandbox works also where user namespaces are refused.
    fs.chmodSync(path.join(installed, "chrome-sandbox"), 0o4755);
    fs.symlinkSync("/opt/Assay/assay-workbench", path.join(root, "usr/bin/assay-workbench"));
    fs.writeFileSync(path.join(root, "usr/share/applications/assay.desktop"), desktopEntry());
    const kibibytes = execFileSync("du", ["-sk", installed], { encoding: "utf8" }).split("\t")[0];
    const control = {
      Package: "assay",
      Version: version,
      Architecture: "amd64",
      Maintainer: author,
      "Installed-Size": kibibytes,
      Depends: DEPENDS,
      Section: "utils",
      Priority: "optional",
      Description: description,
    };
    const lines = Object.entries(control).map(([field, value]) => `${field}: ${value}\n`);
    fs.writeFileSync(path.join(root, "DEBIAN/control"), lines.join(""));
    run("dpkg-deb", ["--root-owner-group", "-Zxz", "-z1", "--build", root, file]);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

function desktopEntry() {
  const fields = [
    "Type=Application",
    "Name=Assay",
    "Exec=/opt/Assay/assay-workbench",
    "Terminal=false",
    "Categories=Utility;",
  ];
  return `[Desktop Entry]\n${fields.join("\n")}\n`;
}

function run(command, args) {
  const options = { cwd: RELEASE, stdio: ["ignore", 2, 2], env: { ...process.env, SOURCE_DATE_EPOCH: EPOCH } };
  execFileSync(command, args, options);
}
