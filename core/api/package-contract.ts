import { z } from "zod";

import { type CustodyEntry } from "../model/custody.ts";
import { type PackagedRecord, type PackageView } from "../model/findings-package.ts";
import { type Progress } from "../model/progress.ts";
import { operation } from "./operation.ts";
import { pins, sort } from "./timeline-contract.ts";

const grant = z.string().min(1).max(200);
const reason = z.string().trim().min(1).max(20_000);
const position = z.number().int().min(0);

/** Reader mode: one findings package at a time, verified and read, beside a case or without one. */
export const packageOperations = {
  /**
   * Opens a package, a folder or a zip; an age file (.zip.age) with the file of its identities. A changed one opens too, and
   * says so. Fails with `not-a-package`, `identity-missing`, `cannot-decrypt` and the refusals of containers.
   */
  "package.open": operation<PackageView, Progress>()(z.strictObject({ grant, identities: grant.nullable() })),
  /** The open package, or null. */
  "package.read": operation<PackageView | null>()(z.undefined()),
  "package.record": operation<PackagedRecord>()(z.strictObject({ item: z.string().max(20) })),
  "package.custody": operation<{ readonly entries: readonly CustodyEntry[]; readonly total: number }>()(
    z.strictObject({ start: position, count: z.number().int().min(1).max(1_000) }),
  ),
  /** Pins the signer's certificate after its fingerprint was compared, and judges the package again. */
  "package.trustSigner": operation<PackageView>()(z.strictObject({ reason })),
  /** Writes the request for a time stamp (.tsq) of the open package. */
  "package.writeTimeStampQuery": operation<{ readonly sha256: string }>()(z.strictObject({ grant })),
  /** Checks an answer (.tsr) by the pinned time authorities, and puts it into the open package. */
  "package.addTimeStamp": operation<PackageView>()(z.strictObject({ grant, query: grant.nullable() })),
  "package.close": operation<null>()(z.undefined()),

  /** Exports the events of a question, or the custody of the case (`case`), with a signed manifest. */
  "export.write": operation<
    {
      readonly files: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
      readonly manifest: string;
      readonly remark: string;
    },
    Progress
  >()(
    z.strictObject({
      grant,
      format: z.enum(["timesketch", "ocsf", "ecs", "stix", "l2tcsv", "json_line", "jsonl", "csv", "parquet", "case"]),
      query: z.string().max(10_000),
      pins,
      from: z.bigint().nullable(),
      to: z.bigint().nullable(),
      logRecords: z.boolean().default(true),
      copies: z.boolean().default(true),
      sort,
    }),
  ),
} as const;
