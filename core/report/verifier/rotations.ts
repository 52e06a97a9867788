/** keys/rotations.json: how earlier keys of the signer each named the next (docs/package.md). */
import { type Files, hex, sha256, text, unbase64 } from "./bytes.ts";
import { certificateOf, spkiOf } from "./certificate.ts";
import { examinerKey } from "./keys.ts";
import { fail, type Line, pass } from "./line.ts";

interface Rotation {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly signature: string;
  readonly certificate: string;
}

const NAME = "Earlier keys";
const FILE = "keys/rotations.json";

/** Checks that each key signed the next, and the last of them that of the examiner. Nothing when no earlier key is named. */
export async function checkRotations(files: Files, certificate: Uint8Array | undefined): Promise<Line[]> {
  const bytes = files.get(FILE);
  if (bytes === undefined) return [];
  // The form of the file is not trusted: whatever does not fit fails a comparison or throws, which is a failed check.
  const { rotations } = JSON.parse(text(bytes) ?? "") as { readonly rotations: readonly Rotation[] };
  if (rotations.length === 0) return [fail(NAME, `${FILE} names no key`)];
  const signer = certificate === undefined ? "" : hex(await sha256(certificate));
  for (const [index, rotation] of rotations.entries()) {
    if (rotation.to !== (rotations[index + 1]?.from ?? signer)) {
      return [fail(NAME, `statement ${index + 1} of ${FILE} does not lead to the next key`)];
    }
    if (!(await isSigned(rotation))) return [fail(NAME, `statement ${index + 1} of ${FILE} is not signed by its key`)];
  }
  const path = rotations.map(({ from }) => from).join(", then ");
  return [pass(NAME, `each named the next, and the last one the key of keys/examiner.crt: ${path}`)];
}

async function isSigned({ from, to, at, signature, certificate }: Rotation): Promise<boolean> {
  const der = certificateOf(certificate);
  const value = unbase64(signature);
  if (der === undefined || value === undefined || hex(await sha256(der)) !== from) return false;
  const statement = `https://assay.example/examiner-key-rotation/v1\n${from}\n${to}\n${at}\n`;
  const verify = await examinerKey(spkiOf(der));
  return verify(value, new TextEncoder().encode(statement));
}
