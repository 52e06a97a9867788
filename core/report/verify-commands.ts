/** Commands of README-VERIFY.txt; the report gives some of them, too. A list has a text for each line where one has no room. */

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

const PAYLOAD = `sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' package.intoto.jsonl | base64 -d`;
const SIGNATURE = `sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' package.intoto.jsonl | base64 -d`;
const SUBJECTS = `grep -o '"sha256":"[0-9a-f]*"},"name":"[^"]*' | sed 's/"sha256":"\\(.*\\)"},"name":"/\\1  /'`;

/** Checks the signature of the in-toto statement over its pre-authentication encoding (DSSE v1). */
export const STATEMENT_SIGNATURE_COMMAND = `{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(${PAYLOAD} | wc -c)"; ${PAYLOAD}; } | openssl dgst -sha256 -verify <(openssl x509 -in keys/examiner.crt -noout -pubkey) -signature <(${SIGNATURE})`;

/** Compares what the statement is about with the list. */
export const STATEMENT_SUBJECTS_COMMAND = `${PAYLOAD} | ${SUBJECTS} | cmp - <(grep -v '  package.intoto.jsonl$' SHA256SUMS)`;
