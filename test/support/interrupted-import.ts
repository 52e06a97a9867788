import { type CaseFile } from "../../core/casefile/case-file.ts";
import { sql } from "../../core/casefile/sql.ts";

interface Interrupted {
  readonly label: string;
  readonly path: string;
  readonly byteLength?: number;
  readonly sha256?: string;
  readonly mapping?: string;
}

/** Leaves what an import leaves that was killed before its first group was committed. */
export async function interruptImport(
  caseFile: CaseFile,
  { label, path, byteLength = 0, sha256 = "", mapping }: Interrupted,
): Promise<void> {
  const exhibit = caseFile.exhibits.length + 1;
  await caseFile.transaction(
    async (session) => {
      await session.run(sql`INSERT INTO exhibit VALUES (${exhibit}, 'importing', ${label}, '2026-11-01T00:00:00Z',
        ${byteLength}, ${sha256}, 'gateway', 0, 'chosen by the examiner', 'none', ${caseFile.events}, 0, 0, 0,
        'not-verifiable', NULL, ${path})`);
      if (mapping !== undefined) await session.run(sql`INSERT INTO exhibit_mapping VALUES (${exhibit}, ${mapping})`);
    },
    { announce: false },
  );
}
