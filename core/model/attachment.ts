import { type BundleVerdict, type Check, type KeyUse, type VerificationFinding } from "./verdict.ts";

/** Files that say something about another file: who signed it, and when. */
export type AttachmentFormat = "dsse" | "jws" | "sigstore";

/** What people call the formats. */
export const ATTACHMENT_FORMAT_NAMES: Readonly<Record<AttachmentFormat, string>> = {
  dsse: "DSSE envelope",
  jws: "JSON Web Signature",
  sigstore: "Sigstore bundle",
};

/** What `assay verify-attachment --json` prints. */
export interface AttachmentResult {
  readonly verdict: BundleVerdict;
  readonly format: AttachmentFormat | null;
  /** The file that it is about; null for an attachment that is judged by the content in it. */
  readonly over: { readonly file: string; readonly sha256: string; readonly byteLength: number } | null;
  /** Whom the signer's certificate names; null for a signature by a key alone. */
  readonly signer: { readonly identity: string; readonly issuer: string | null } | null;
  /** When the signature existed at the latest, as far as that is proven, RFC 3339. */
  readonly provenTime: string | null;
  readonly checks: readonly Check[];
  readonly findings: readonly VerificationFinding[];
  readonly keys: readonly KeyUse[];
}
