// What the packaged application ships of others: a CycloneDX bill of materials and the notices that their licences ask
// for. It lists every production dependency of the lockfile, also where the bundler kept only a part of one.
import fs from "node:fs";
import path from "node:path";

const LICENCE_FILE = /^(licen[cs]e|notice|copying|ofl)(\.|-|$)/i;

/** Writes THIRD-PARTY-NOTICES.txt and sbom.cdx.json into a new folder. Throws for a component without a licence. */
export function writeBillOfMaterials(root, folder, { name, version, license, electron }) {
  const components = shippedComponents(root);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "THIRD-PARTY-NOTICES.txt"), noticesOf(components));
  const bom = cycloneDx({ name, version, license }, [...components, electronComponent(electron)]);
  fs.writeFileSync(path.join(folder, "sbom.cdx.json"), `${JSON.stringify(bom, null, 2)}\n`);
}

/** The installed production dependencies, by name and version. */
function shippedComponents(root) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([location, { dev, devOptional }]) => location !== "" && !dev && !devOptional)
    .filter(([location]) => fs.existsSync(path.join(root, location, "package.json")))
    .map(([location, { version, integrity }]) => componentOf(path.join(root, location), version, integrity))
    .sort((left, right) => (left.purl < right.purl ? -1 : 1));
}

function componentOf(folder, version, integrity) {
  const { name, license = null } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const texts = fs
    .readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), "utf8").trim());
  if (license === null && texts.length === 0) throw new Error(`${name} ${version}: expected a licence, found none`);
  return { name, version, license, purl: `pkg:npm/${name.replace("@", "%40")}@${version}`, integrity, texts };
}

/** Electron brings its own notices, LICENSE.electron.txt and LICENSES.chromium.html, into the packaged folder. */
function electronComponent(version) {
  return { name: "electron", version, license: "MIT", purl: `pkg:npm/electron@${version}`, texts: [] };
}

function noticesOf(components) {
  const parts = components.map(({ name, version, license, texts }) => {
    const text = texts.length > 0 ? texts.join("\n\n") : `The package has no licence file; it states: ${license}.`;
    return `${"=".repeat(80)}\n${name} ${version} (${license ?? "licence below"})\n${"=".repeat(80)}\n\n${text}\n`;
  });
  return `Assay contains the following packages of others, each under its own licence.\n\n${parts.join("\n")}`;
}

/** CycloneDX 1.6, without a time or serial number: the same lockfile gives the same bytes. */
function cycloneDx(application, components) {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", ...described(application) } },
    components: components.map((component) => ({
      type: "library",
      "bom-ref": component.purl,
      ...described(component),
    })),
  };
}

function described({ name, version, license, purl, integrity }) {
  const [algorithm, digest] = (integrity ?? "").split("-");
  const hashes =
    algorithm === "sha512" ? [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] : [];
  return {
    name,
    version,
    licenses: [licenceOf(license)],
    ...(purl === undefined ? {} : { purl }),
    ...(hashes.length === 0 ? {} : { hashes }),
  };
}

/** An SPDX id, an SPDX expression, or only a name where the package states neither. */
function licenceOf(license) {
  if (license === null) return { license: { name: "see THIRD-PARTY-NOTICES.txt" } };
  return /[ ()]/.test(license) ? { expression: license } : { license: { id: license } };
}
