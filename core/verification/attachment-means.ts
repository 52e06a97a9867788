import { type AttachmentResult } from "../model/attachment.ts";
import { type Hash } from "../model/digest.ts";
import { type KeyUse } from "../model/verdict.ts";
import { type PublishedKey } from "../signing/jwk.ts";
import { type SignaturePlatform } from "../signing/public-key.ts";
import { type SigstoreRoot } from "../signing/sigstore-root.ts";
import { type CheckOutcome } from "./findings.ts";

/** A key that the examiner gives for an attachment. */
export interface GivenKey extends PublishedKey {
  /** What the examiner calls it: the name of a file, or of a pinned key. */
  readonly name: string;
  /** Of a pinned log key: the key as it is pinned. */
  readonly vkey?: string;
}

/** What attachments are verified with: everything comes from the examiner. */
export interface AttachmentMeans extends SignaturePlatform {
  readonly hash: Hash;
  readonly keys: readonly GivenKey[];
  readonly root: SigstoreRoot | undefined;
  /** Whom the certificate must name, and who must have vouched for it; undefined when the examiner does not say. */
  readonly identity: { readonly subject: string; readonly issuer: string } | undefined;
}

/** The file that an attachment is about. */
export interface AttachedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What one format found out. */
export interface AttachmentJudgement extends CheckOutcome {
  readonly signer: AttachmentResult["signer"];
  readonly provenTime: string | null;
  readonly keys: readonly KeyUse[];
}
