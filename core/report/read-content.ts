/** What a package says, for a reader on a screen: findings.json read strictly, because anybody may have written it. */
import { z } from "zod";

import { type PackageContent } from "../model/findings-package.ts";
import { BUNDLE_VERDICTS, ROW_VERDICTS } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";

const shown = z.string().transform(escapeInvisible);
const text = z.string();
const count = z.number().int().min(0);
const citation = z.object({ item: text });
const content = z.object({
  report: z.object({ id: text, issuedAt: text, draft: z.boolean() }),
  case: z.object({ caseId: text, title: text }),
  evidence: z.array(
    z.object({
      id: text,
      label: shown,
      byteLength: count,
      sha256: text,
      records: count,
      verdict: z.enum(BUNDLE_VERDICTS),
    }),
  ),
  findings: z.array(
    z.object({
      id: text,
      title: text,
      statement: text,
      class: z.enum(["fact", "tool-result", "opinion"]),
      basis: text,
      uncertainty: text,
      propositions: z.array(text),
      alternatives: z.array(text),
      strength: text,
      citations: z.array(citation),
      // Absent in packages of the first version.
      contradicting: z.object({ text, citations: z.array(citation) }).default({ text: "", citations: [] }),
      withdrawn: z.object({ at: text, reason: text }).nullable(),
    }),
  ),
  exhibits: z.array(
    z.object({
      item: text,
      evidence: text,
      file: shown,
      offset: count,
      length: count,
      sha256: text,
      leafHash: text,
      timeRecorded: shown.nullable(),
      principal: shown.nullable(),
      action: shown.nullable(),
      resource: shown.nullable(),
      verdict: z.enum(ROW_VERDICTS),
      withheld: text.nullable(),
    }),
  ),
  notVerified: z.array(text),
});

/** The content of a package from its findings.json, or null when that has another form. */
export function readContent(findingsJson: unknown): PackageContent | null {
  const parsed = content.safeParse(findingsJson);
  if (!parsed.success) return null;
  const { report, case: about, evidence, findings, exhibits, notVerified } = parsed.data;
  return {
    caseId: about.caseId,
    title: about.title,
    reportId: report.id,
    issuedAt: report.issuedAt,
    draft: report.draft,
    evidence,
    findings: findings.map(({ citations, contradicting, ...finding }) => ({
      ...finding,
      items: citations.map(({ item }) => item),
      contradicting: { text: contradicting.text, items: contradicting.citations.map(({ item }) => item) },
    })),
    exhibits,
    notVerified,
  };
}
