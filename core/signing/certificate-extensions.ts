/** The extensions of an X.509 certificate (RFC 5280 §4.2) as bytes, where bytes and not their meaning are signed. */
import { equalBytes } from "../encoding/bytes.ts";
import { derObjectIdentifier, OCTET_STRING, SEQUENCE } from "./der.ts";
import { derMembers, readDer, withDerMembers, type DerElement } from "./der-reader.ts";

/** TBSCertificate.extensions, [3] EXPLICIT. */
const EXTENSIONS_TAG = 0xa3;

/** What an extension holds, inside its OCTET STRING; undefined unless the certificate (DER) has it exactly once. */
export function extensionValue(certificate: Uint8Array, type: string): Uint8Array | undefined {
  const [found, ...more] = partsOf(certificate)?.extensions.filter((extension) => isOfType(extension, type)) ?? [];
  const value = derMembers(found, SEQUENCE)?.at(-1);
  return value?.tag === OCTET_STRING && more.length === 0 ? value.content : undefined;
}

/** The TBSCertificate of a certificate (DER) without the extensions of a type; undefined for a certificate without any. */
export function withoutExtension(certificate: Uint8Array, type: string): Uint8Array | undefined {
  const parts = partsOf(certificate);
  if (parts === undefined) return undefined;
  const { tbs, members, wrapper, sequence, extensions } = parts;
  const others = withDerMembers(
    sequence,
    extensions.filter((extension) => !isOfType(extension, type)),
  );
  const shorter = withDerMembers(wrapper, [{ ...sequence, bytes: others }]);
  return withDerMembers(
    tbs,
    members.map((member) => (member === wrapper ? { ...wrapper, bytes: shorter } : member)),
  );
}

interface CertificateParts {
  readonly tbs: DerElement;
  readonly members: readonly DerElement[];
  /** The member of the TBSCertificate that holds the sequence of extensions. */
  readonly wrapper: DerElement;
  readonly sequence: DerElement;
  readonly extensions: readonly DerElement[];
}

function partsOf(certificate: Uint8Array): CertificateParts | undefined {
  const [tbs] = derMembers(readDer(certificate), SEQUENCE) ?? [];
  const members = derMembers(tbs, SEQUENCE);
  const wrapper = members?.find(({ tag }) => tag === EXTENSIONS_TAG);
  const [sequence] = derMembers(wrapper, EXTENSIONS_TAG) ?? [];
  const extensions = derMembers(sequence, SEQUENCE);
  return tbs && members && wrapper && sequence && extensions && { tbs, members, wrapper, sequence, extensions };
}

function isOfType(extension: DerElement, type: string): boolean {
  const [name] = derMembers(extension, SEQUENCE) ?? [];
  return name !== undefined && equalBytes(name.bytes, derObjectIdentifier(type));
}
