import { expect, test } from "vitest";

import { canonicalJson } from "../../../core/encoding/canonical-json.ts";
import { nameBasedUuid } from "../../../core/interchange/name-based-uuid.ts";

const DNS_NAMESPACE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
const STIX_NAMESPACE = "00abedb4-aa42-466c-9c01-fed23315a9b7";

test("gives the UUID of RFC 9562 appendix A.4", () => {
  expect(nameBasedUuid(DNS_NAMESPACE, "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
});

test.each([
  [{ value: "203.0.113.7" }, "9ddd739e-87b1-587d-83f2-62ef1130af2f"],
  [{ user_id: "user_01", account_login: "dana@example.org" }, "6815ee68-1005-5307-9159-056895f887fd"],
])("gives STIX observables the ids that other tools give them: %o", (contributing, expected) => {
  expect(nameBasedUuid(STIX_NAMESPACE, canonicalJson(contributing))).toBe(expected);
});
