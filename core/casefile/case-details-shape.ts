import { z } from "zod";

import { FRAMEWORKS, HEADING_LANGUAGES, JURISDICTIONS, SECTION_KEYS, type CaseDetails } from "../model/case-details.ts";

const line = z.string().max(500);
const text = z.string().max(20_000);

/** {@link CaseDetails} from outside: every text bounded, nothing else in it. */
export const caseDetailsShape = z.strictObject({
  caseId: line,
  title: line,
  classification: line,
  requestedBy: text,
  questions: z.array(text).max(100).readonly(),
  authority: text,
  scopeIn: text,
  scopeOut: text,
  examiner: z.strictObject({
    name: line,
    role: line,
    employer: line,
    qualifications: text,
    conflictStatement: text,
    ownPart: text,
  }),
  reviewer: line,
  provenance: z
    .array(
      z.strictObject({
        exhibit: z.string().regex(/^X-\d{1,9}$/, "expected an exhibit id such as X-1"),
        receivedFrom: text,
        receivedHow: text,
        digestAtSource: z.string().regex(/^([0-9a-f]{64})?$/, "expected a SHA-256 in lower-case hex, or nothing"),
      }),
    )
    .max(1_000)
    .refine((list) => new Set(list.map((one) => one.exhibit)).size === list.length, "expected each exhibit once")
    .readonly(),
  report: z.strictObject({
    jurisdictions: z.array(z.enum(JURISDICTIONS)).max(JURISDICTIONS.length).readonly(),
    frameworks: z.array(z.enum(FRAMEWORKS)).max(FRAMEWORKS.length).readonly(),
    organisation: line,
    headings: z.enum(HEADING_LANGUAGES),
    ownHeadings: z.partialRecord(z.enum(SECTION_KEYS), z.string().trim().min(1).max(100)).readonly(),
    fingerprintPublished: text,
  }),
}) satisfies z.ZodType<CaseDetails>;
