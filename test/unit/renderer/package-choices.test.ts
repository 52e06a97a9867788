import { afterEach, expect, it } from "vitest";

import {
  packageRequest,
  resetPackageChoices,
  usePackageChoices,
  withhold,
} from "../../../renderer/state/package-choices.ts";

const request = () => packageRequest(usePackageChoices.getState());

afterEach(resetPackageChoices);

it("a package waits for recipients when it is encrypted, and for why a record is withheld", () => {
  expect(request()).toEqual({ wordingKept: null, recipients: [], extras: [], redactions: [], waits: [] });
  usePackageChoices.setState({ form: "encrypted" });
  withhold("EX-00002", "");
  withhold("EX-00001", " names a customer ");
  expect(request().waits).toEqual(["a recipient to encrypt to", "why EX-00002 is withheld"]);
  usePackageChoices.setState({ recipients: " age1one\n\nage1two " });
  withhold("EX-00002", null);
  expect(request()).toMatchObject({
    recipients: ["age1one", "age1two"],
    redactions: [{ item: "EX-00001", reason: "names a customer" }],
    waits: [],
  });
});

it("recipients of a package that is no longer encrypted are not sent, and blanks are no reason to keep a wording", () => {
  usePackageChoices.setState({ form: "folder", recipients: "age1one", wordingKept: "  " });
  expect(request()).toMatchObject({ recipients: [], wordingKept: null, waits: [] });
  usePackageChoices.setState({ wordingKept: " quoted " });
  expect(request().wordingKept).toBe("quoted");
});
