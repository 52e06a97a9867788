import { describe, expect, test } from "vitest";

import { parseOwnMapping } from "../../../core/sources/own-mapping.ts";

const MAPPING = `name: acme-gateway
title: ACME gateway
records: { array: response.items }
time: { from: [meta.time, ts], formats: [rfc3339, { pattern: "%d/%b/%Y" }] }
recordedAt: { from: meta.written }
columns:
  principal: [user.email, { path: user.kind, words: { 1: person } }]
  action: operation
  service: { constant: gateway }
  resource: { join: [kind, 'labels."a.b"[0]'], with: "/" }
outcome:
  - { path: status, oneOf: [401, 403], outcome: denied }
  - { path: status, atLeast: 400, outcome: failure }
own:
  mfa: auth.mfa
`;

const faultsOf = (text: string) =>
  parseOwnMapping(text).faults?.map(({ line, column, message }) => [line, column, message]);

describe("a mapping of the examiner's", () => {
  test("has the parts of a shipped source", () => {
    const { mapping, faults } = parseOwnMapping(MAPPING);
    expect(faults).toBeUndefined();
    expect(mapping).toMatchObject({
      framing: { kind: "array", path: ["response", "items"] },
      source: {
        name: "acme-gateway",
        title: "ACME gateway",
        own: { mfa: ["auth", "mfa"] },
        mapping: {
          time: { from: [["meta", "time"], ["ts"]], formats: ["rfc3339", { pattern: "%d/%b/%Y" }] },
          recordedAt: { from: [["meta", "written"]] },
          texts: {
            principal: [{ path: ["user", "email"] }, { path: ["user", "kind"], words: { "1": "person" } }],
            action: [{ path: ["operation"] }],
            service: [{ constant: "gateway" }],
            resource: [{ join: [["kind"], ["labels", "a.b", 0]], with: "/" }],
          },
          outcomes: [
            { path: ["status"], oneOf: ["401", "403"], outcome: "denied" },
            { path: ["status"], atLeast: 400, outcome: "failure" },
          ],
        },
      },
    });
  });

  test.each([
    [
      "a path that is none",
      "  action: a..b\n",
      [4, 11, 'expected a path such as actor.name or targets[0].id, got "a..b"'],
    ],
    [
      "a column that is none",
      "  actor: a\n",
      [4, 3, expect.stringContaining("expected columns of principal, principalKind")],
    ],
    ["a part that is none", "  action: { path: a, when: b }\n", [4, 22, 'expected no "when" here']],
    [
      "an outcome that is none",
      "  action: a\noutcome:\n  - { path: a, outcome: maybe }\n",
      [6, 25, expect.stringContaining("success")],
    ],
    [
      "a path in a list",
      '  action:\n    - a\n    - path: "a..b"\n',
      [6, 13, 'expected a path such as actor.name or targets[0].id, got "a..b"'],
    ],
    [
      "a path in the form that is meant",
      '  action:\n    - a\n    - join: [a, "b..c"]\n      with: "-"\n',
      [6, 17, 'expected a path such as actor.name or targets[0].id, got "b..c"'],
    ],
    [
      "a value of a list that has no form",
      "  action:\n    - a\n    - 7\n",
      [6, 7, 'expected another form of "columns.action.1" (docs/sources.md)'],
    ],
    ["a column that is a number", "  action: a\n  7: b\n", [5, 3, expect.stringContaining('got "7"')]],
    [
      "words that are none",
      "  action:\n    path: a\n    words:\n      b: [1]\n",
      [7, 10, 'expected another form of "columns.action.words.b" (docs/sources.md)'],
    ],
    [
      "a field of its own with an odd name",
      '  action: a\nown:\n  "b c": d\n',
      [6, 3, 'expected a name of letters and digits that begins with a letter, got "b c"'],
    ],
    [
      "a time without a place",
      "  action: a\nrecordedAt: { formats: utc }\n",
      [5, 13, 'expected "recordedAt.from", got nothing'],
    ],
    ["text that is no YAML", "  action: [a\n", [5, 1, expect.stringContaining("Flow sequence")]],
  ])("tells line and column of %s", (_, tail, fault) => {
    expect(faultsOf(`name: a\ntime: { from: t }\ncolumns:\n${tail}`)).toEqual([fault]);
  });

  test("tells every fault, and what is missing where it should be", () => {
    expect(faultsOf("name: OCSF\ncolumns: {}\n")).toEqual([
      [1, 1, expect.stringContaining('"time"')],
      [1, 7, expect.stringContaining("lower-case")],
    ]);
    expect(faultsOf("name: okta\ntime: { from: t }\ncolumns: {}\n")).toEqual([
      [1, 7, "a source that ships has this name"],
    ]);
    expect(faultsOf("name: a\nsource: b\ntime: { from: t }\ncolumns:\n  action: c\nfields: d\n")).toEqual([
      [2, 1, 'expected no "source" here'],
      [6, 1, 'expected no "fields" here'],
    ]);
    expect(faultsOf("")).toEqual([[1, 1, expect.any(String)]]);
    expect(faultsOf("x".repeat(300_000))).toHaveLength(1);
  });
});
