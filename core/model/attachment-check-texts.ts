import { type CheckText } from "./check-text.ts";

/** Checks of attachments: signatures that lie beside a file. */
export const ATTACHMENT_TEXTS: Readonly<Record<string, CheckText>> = {
  signature: {
    label: "Signature",
    what: "Every signature of the attachment, under the keys that you gave or pinned, or that of its certificate.",
    how: "Ed25519, ECDSA or RSA over the bytes that the format names; one signature by a key that you trust is enough.",
    notShown: "That the key's holder is honest, or that nobody else has the key.",
    codes: ["signature-invalid", "key-not-pinned"],
  },
  algorithm: {
    label: "Algorithm",
    what: "What each web signature says it was made with.",
    how: "RFC 7518 and RFC 8037: signatures with a public key, in a header that is signed. Never none, and nothing with a shared secret.",
    notShown: "Anything about who signed: a good algorithm serves everybody.",
    codes: ["algorithm-not-accepted", "offered-key-ignored"],
  },
  "signed-content": {
    label: "Content",
    what: "What was signed, and the file that you gave.",
    how: "The same bytes, or a stated digest (SHA-256) that is the file's: of a Sigstore bundle, or a subject of an in-toto statement.",
    notShown: "That what the file says is true, or complete.",
    codes: ["attached-to-other-content", "statement-unknown"],
  },
  certificate: {
    label: "Certificate",
    what: "Who vouches for the signer's certificate.",
    how: "A path (RFC 5280) to an authority of your trusted root that was valid when the signature was made, for code signing.",
    notShown: "That the authority was not deceived. Revocation is not looked up.",
    codes: ["certificate-not-trusted", "trusted-root-missing"],
  },
  "certificate-log": {
    label: "Certificate log",
    what: "Whether the certificate was issued in the open.",
    how: "The promise in the certificate (RFC 6962) of a log of certificates that your trusted root names.",
    notShown: "That the log kept its promise, or that anybody looked.",
    codes: ["certificate-not-logged"],
  },
  identity: {
    label: "Identity",
    what: "Whom the certificate names, and who vouched for them.",
    how: "Compared with the signer and the issuer that you named, to the letter.",
    notShown: "That the account was in the hands of its owner.",
    codes: ["identity-not-pinned", "identity-mismatch"],
  },
  "log-entry": {
    label: "Log entry",
    what: "Whether a log of signatures lists this one.",
    how: "The entry must name this signature, content and signer; its path (RFC 9162) must lead to a root that the log signed, its time must be promised.",
    notShown: "That the log shows everybody the same: no other view of it is compared.",
    codes: [
      "log-entry-mismatch",
      "log-promise-invalid",
      "inclusion-wrong",
      "checkpoint-invalid",
      "outside-log-validity",
      "log-not-trusted",
      "log-entry-unknown",
      "not-logged",
      "inclusion-not-proven",
      "log-statement-unsigned",
    ],
  },
  "signature-time-stamps": {
    label: "Time stamps",
    what: "RFC 3161 tokens over the signature.",
    how: "Ten checks each, by an authority of your trusted root that was valid at the time it states.",
    notShown: "When the content was made: only that the signature existed then.",
    codes: ["time-stamp-other-data", "time-stamp-not-trusted"],
  },
  "signing-time": {
    label: "Signing time",
    what: "The times that time authorities and logs prove.",
    how: "At least one, and every one within the validity of the certificate.",
    notShown: "That the signature was not made earlier than the time that is proven.",
    codes: ["signing-time-not-proven", "outside-certificate-validity"],
  },
};
