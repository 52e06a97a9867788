/** Writes THIRD-PARTY-NOTICES.txt and sbom.cdx.json (CycloneDX 1.6) of what is shipped into a new folder. */
export function writeBillOfMaterials(
  root: string,
  folder: string,
  application: { readonly name: string; readonly version: string; readonly license: string; readonly electron: string },
): void;
