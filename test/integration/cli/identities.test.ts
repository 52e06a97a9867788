import { expect, test } from "vitest";

import { cliBench } from "./cli-bench.ts";

const record = (id: number): string =>
  `${JSON.stringify({
    class_uid: 6003,
    category_uid: 6,
    activity_id: 2,
    status_id: 1,
    time: 1_772_359_200_000 + id,
    metadata: { uid: String(id) },
    actor: { user: { uid: "u-1", name: "ada", credential_uid: `key-${id % 2}` } },
    api: { operation: "customers.list" },
  })}\n`;

test("assay identities prints principals and links with exactly the promised members, and changes nothing", async () => {
  const bench = await cliBench();
  try {
    await bench.run("import", await bench.file("a.jsonl", [0, 1, 2].map(record).join("")), "--case", "a.assay");
    const { stdout } = await bench.run("identities", "--case", "a.assay", "--json");
    const { principals, links } = JSON.parse(stdout) as Record<"principals" | "links", Record<string, unknown>[]>;
    const membersOf = (items: readonly object[]) => [...new Set(items.map((item) => Object.keys(item).join(" ")))];
    expect(membersOf(principals)).toEqual(["id label kind aliases firstSeen lastSeen events failures"]);
    expect(membersOf(links)).toEqual(["kind from to rule confidence evidence"]);
    const labels = new Map(principals.map(({ id, label }) => [id, label]));
    expect(
      links.map(({ kind, from, to, evidence }) => [kind, labels.get(String(from)), labels.get(String(to)), evidence]),
    ).toEqual([
      ["credential", "ada", "key-0", [0, 2]],
      ["credential", "ada", "key-1", [1]],
      ["same", "ada", "ada", [0, 1, 2]],
    ]);
    const table = await bench.run("identities", "--case", "a.assay");
    expect(table.stderr).toContain("An account is not a person");
    expect((await bench.run("identities", "--case", "a.assay", "--json")).stdout).toBe(stdout);
  } finally {
    await bench.remove();
  }
});
