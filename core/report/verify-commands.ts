/** Commands that both the report and README-VERIFY.txt give; each text is a line of its own where there is room for one. */

/** `-partial_chain` and `-purpose any` take the certificate as it is, whoever issued it and for whatever. */
export const CMS_COMMAND: readonly string[] = [
  "openssl cms -verify -binary -inform DER -in signatures/SHA256SUMS.p7s -content SHA256SUMS",
  "-CAfile keys/examiner.crt -partial_chain -purpose any -out /dev/null",
];

/** Prints the digest by which a folder is known as an exhibit (core/casefile/hash-original.ts). */
export const FOLDER_DIGEST_COMMAND: readonly string[] = [
  "(cd <folder> && find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum --)",
  "| sha256sum",
];
