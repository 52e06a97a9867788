import { decodeUtf8 } from "../encoding/utf8.ts";
import { extensionValue } from "./certificate-extensions.ts";
import { SEQUENCE } from "./der.ts";
import { derMembers, readDer } from "./der-reader.ts";

/** Whom a certificate names that was issued for one signature (Fulcio): a person, a workload, and who vouched for it. */
export interface CertificateIdentity {
  /** Mail addresses, URIs and user names of the SubjectAltName, in its order. */
  readonly subjects: readonly string[];
  /** The OpenID Connect issuer; undefined where the certificate names none. */
  readonly issuer: string | undefined;
}

const SUBJECT_ALT_NAME = "2.5.29.17";
/** Fulcio's object identifiers: the issuer as DER, and the older one as bare text. */
const ISSUER = "1.3.6.1.4.1.57264.1.8";
const ISSUER_AS_TEXT = "1.3.6.1.4.1.57264.1.1";
/** GeneralName, RFC 5280 §4.2.1.6. */
const OTHER_NAME = 0xa0;
const MAIL_ADDRESS = 0x81;
const URI = 0x86;
const UTF8_STRING = 0x0c;

/** Reads the identity of a certificate (DER); empty where it names nobody. */
export function identityOf(certificate: Uint8Array): CertificateIdentity {
  const names = derMembers(readDer(extensionValue(certificate, SUBJECT_ALT_NAME) ?? new Uint8Array()), SEQUENCE) ?? [];
  const subjects = names.map(({ tag, content, bytes }) => {
    if (tag === MAIL_ADDRESS || tag === URI) return decodeUtf8(content);
    // OtherName is a type and a value in [0]; Fulcio puts the name of a user there.
    const value = derMembers(readDer(bytes), OTHER_NAME)?.at(1);
    return textIn(value?.content);
  });
  const stated = extensionValue(certificate, ISSUER_AS_TEXT);
  return {
    subjects: subjects.filter((subject) => subject !== undefined),
    issuer: textIn(extensionValue(certificate, ISSUER)) ?? (stated && decodeUtf8(stated)),
  };
}

function textIn(der: Uint8Array | undefined): string | undefined {
  const element = der && readDer(der);
  return element?.tag === UTF8_STRING ? decodeUtf8(element.content) : undefined;
}
