import { expect, test } from "vitest";

import { recogniseFiles } from "../../../core/casefile/recognise-files.ts";

test("the score of a folder is that of the files of the source that it is named after", () => {
  const zoom = { operator: "a", category_type: "User", operation_detail: "", action: "Update" };
  const grant = { PRIVILEGE: "OWNERSHIP", GRANTEE_NAME: "A", GRANTED_BY: "B" };
  const files = [zoom, grant, grant].map((record) => ({ framing: { kind: "lines" } as const, sample: [record] }));
  const found = recogniseFiles(files, undefined);
  expect(found?.recognition).toMatchObject({
    source: { name: "snowflake" },
    score: 1,
    reason: "Snowflake logins, grants and queries: 2 files, Zoom operation logs: 1 file",
  });
  expect(found?.sources.map((given) => given?.source.name)).toEqual(["zoom", "snowflake", "snowflake"]);
});
