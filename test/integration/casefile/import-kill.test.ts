import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { openCase } from "../../../core/casefile/open-case.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { sealOptions } from "../../support/sealed-bundle.ts";

/** Fifty take minutes on a small machine: `ASSAY_EXHAUSTIVE=1`. */
const KILLS = process.env["ASSAY_EXHAUSTIVE"] === "1" ? 50 : 12;
/** Other moments: `ASSAY_SEED=1`. */
const SEED = Number(process.env["ASSAY_SEED"] ?? 20_260_731);
/** How often one import is killed before it may end: a resumed one that is killed early gets no further each time. */
const KILLS_A_ROUND = 4;

const ROOT = resolve(import.meta.dirname, "../../..");
/** Starts in a fraction of the time that the whole command line takes. */
const CHILD = join(ROOT, "dist", "test", "import-child.mjs");

async function buildChild(): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "silent",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: join(ROOT, "test", "support", "import-child.ts"),
      outDir: join(ROOT, "dist", "test"),
      target: "node20",
      rolldownOptions: {
        external: [/^@duckdb\//],
        output: { entryFileNames: "import-child.mjs", codeSplitting: false },
      },
    },
  });
}

let folder: string;
let bundle: string;
let plain: string;
beforeAll(async () => {
  await buildChild();
  folder = await mkdtemp(join(tmpdir(), "assay-kill-"));
  // Several groups of 64 files each.
  const options = sealOptions(
    folder,
    Array.from({ length: 150 }, () => 9),
  );
  await sealBundle(options);
  bundle = join(folder, "bundle");
  plain = join(folder, "plain");
  await mkdir(plain);
  for (let file = 0; file < 150; file += 1) {
    const lines = Array.from({ length: 9 }, (_, line) => eventLine(file * 9 + line));
    // Notes, copies and problems must come out the same, too.
    if (file % 50 === 3) lines.push("not json", '{"class_uid":6003,"class_uid":6003,"time":1}', eventLine(0));
    const start = file % 40 === 7 ? "\ufeff" : "";
    await writeFile(join(plain, `${String(file).padStart(3, "0")}.jsonl`), `${start}${lines.join("\n")}\n`);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function eventLine(id: number): string {
  return `{"class_uid":6003,"category_uid":6,"activity_id":1,"time":${1_767_323_045_000 + id},"metadata":{"uid":"e${id}"}}`;
}

/** Numbers below 1 that are the same in every run with the same seed. */
function seeded(): () => number {
  let state = SEED;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Runs an import, and kills it at its n-th sign of life, which is a change in the file system.
 * @returns the signs seen when it came to its end before, or undefined.
 */
async function importUntil(evidence: string, root: string, signs: number): Promise<number | undefined> {
  const child = spawn(process.execPath, [CHILD, evidence, root], { stdio: "ignore" });
  let seen = 0;
  const watcher = watch(folder, { recursive: true }, () => {
    seen += 1;
    if (seen >= signs) child.kill("SIGKILL");
  });
  const [code] = (await once(child, "close")) as [number | null];
  watcher.close();
  if (code === null) return undefined;
  expect(code).toBe(0);
  return seen;
}

/** Everything that an import leaves in a case but the time it was made at. */
async function outcome(root: string): Promise<string> {
  const caseFile = await openCase(root, { writable: false });
  try {
    const rows = async (
      table: "event" | "evidence_file" | "record_problem" | "import_note" | "record_copy" | "row_verdict",
    ) => caseFile.query(sql`SELECT * FROM ${{ parts: [table], values: [] }} ORDER BY ALL`);
    const evidence = join(caseFile.folder.evidence, "1");
    const files: Record<string, string> = {};
    for (const name of (await readdir(evidence)).sort()) {
      files[name] = createHash("sha256")
        .update(await readFile(join(evidence, name)))
        .digest("hex");
    }
    const left = {
      exhibits: caseFile.exhibits.map((exhibit) => ({ ...exhibit, receivedAt: "" })),
      events: await rows("event"),
      evidenceFiles: await rows("evidence_file"),
      problems: await rows("record_problem"),
      notes: await rows("import_note"),
      copies: await rows("record_copy"),
      verdicts: await rows("row_verdict"),
      files,
    };
    return JSON.stringify(left, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value), 1);
  } finally {
    await caseFile.close();
  }
}

/** Whatever was killed, the case opens, groups are whole, and nobody sees them before the import has ended. */
async function expectWholeGroups(root: string): Promise<void> {
  const caseFile = await openCase(root, { writable: true }).catch((error: unknown) => {
    // Killed before there was a case.
    expect(error).toMatchObject({ code: "no-case" });
  });
  if (!caseFile) return;
  try {
    const halves = await caseFile.query(sql`SELECT first_seq FROM ledger l
      WHERE rows <> (SELECT count(*) FROM event e WHERE e.seq >= l.first_seq AND e.seq < l.first_seq + l.rows)`);
    const [counted] = await caseFile.query(sql`SELECT (SELECT count(*) FROM timeline_event) AS visible,
      (SELECT count(*) FROM event WHERE seq >= (SELECT coalesce(sum(rows), 0) FROM ledger)) AS outside`);
    const visible = caseFile.exhibits[0]?.records ?? 0;
    expect([halves, counted]).toEqual([[], { visible: BigInt(visible), outside: 0n }]);
    // As if it had been killed a moment after rows were inserted, which are numbered a moment later.
    await caseFile.transaction((session) =>
      session.run(sql`INSERT INTO event (seq, exhibit, file, kind, source)
        SELECT -1, id, 0, 'event', 'ocsf' FROM exhibit WHERE state = 'importing'`),
    );
  } finally {
    await caseFile.close();
  }
}

test(`an import that is killed ${KILLS} times at any moment and resumed equals one that was never interrupted`, async () => {
  const random = seeded();
  const reference = new Map<string, { readonly outcome: string; readonly signs: number }>();
  for (const [index, evidence] of [bundle, plain].entries()) {
    const root = join(folder, `whole-${index}.assay`);
    const signs = (await importUntil(evidence, root, Infinity)) ?? 0;
    reference.set(evidence, { outcome: await outcome(root), signs });
  }
  let kills = 0;
  let resumed = 0;
  for (let round = 0; kills < KILLS; round += 1) {
    const evidence = round % 2 === 0 ? bundle : plain;
    const root = join(folder, `case-${round}.assay`);
    const whole = reference.get(evidence);
    const next = () => 1 + Math.floor(random() * (whole?.signs ?? 0));
    for (let killed = 0; killed <= KILLS_A_ROUND; killed += 1) {
      const ended = await importUntil(evidence, root, killed < KILLS_A_ROUND ? next() : Infinity);
      if (ended !== undefined) break;
      kills += 1;
      await expectWholeGroups(root);
    }
    const journal = await readFile(join(root, "custody.jsonl"), "utf8");
    resumed += journal.split("exhibit.import-resumed").length - 1;
    expect(await outcome(root)).toBe(whole?.outcome);
  }
  expect(resumed).toBeGreaterThan(0);
}, 600_000);
