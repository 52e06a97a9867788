/**
 * The two files of a package that machines read: findings.json (its schema lies beside it in the package) and
 * verification-report.json. UTF-8, two spaces of indentation, members in the order written here, one line feed at the
 * end.
 */
import { type FiredRule } from "../model/detection.ts";
import { type Citation } from "../model/finding.ts";
import { type MissingItem } from "../model/report.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { mappedControls } from "./compliance/compliance-section.ts";
import { notVerified } from "./limits.ts";
import { linePathOf } from "./package-layout.ts";
import { type ReportInput } from "./report-input.ts";

const FINDINGS_SCHEMA_ID = `${NAMESPACE}/findings/v1`;

/** The text of findings.json. */
export function formatFindings(input: ReportInput, missing: readonly MissingItem[]): string {
  const { details, program } = input;
  return json({
    schema: FINDINGS_SCHEMA_ID,
    report: { id: `R${input.revision}`, revision: input.revision, issuedAt: input.issuedAt, draft: missing.length > 0 },
    missing: missing.map(({ section, what }) => ({ section, what })),
    case: details,
    program,
    signer: input.signer,
    evidence: input.exhibits.map((exhibit) => ({
      id: exhibit.id,
      label: exhibit.label,
      byteLength: exhibit.byteLength,
      sha256: exhibit.sha256,
      receivedAt: exhibit.receivedAt,
      source: exhibit.source.name,
      records: exhibit.records,
      events: exhibit.events,
      verdict: exhibit.verdict,
    })),
    findings: input.findings.map((finding) => ({
      id: finding.id,
      title: finding.title,
      statement: finding.statement,
      class: finding.class,
      basis: finding.basis,
      uncertainty: finding.uncertainty,
      propositions: finding.propositions,
      alternatives: finding.alternatives,
      strength: finding.strength,
      createdAt: finding.createdAt,
      withdrawn: finding.withdrawn,
      citations: finding.citations.map(citationDocument),
      contradicting: {
        text: finding.contradicting.text,
        citations: finding.contradicting.citations.map(citationDocument),
      },
    })),
    exhibits: input.items.map((item) => ({
      item: item.item,
      line: item.withheld === null ? linePathOf(item.item) : null,
      seq: item.row.seq,
      evidence: item.row.exhibit,
      file: item.row.file,
      offset: item.row.offset,
      length: item.row.length,
      sha256: item.sha256,
      leafHash: item.leafHash,
      timeRecorded: item.row.timeRecorded,
      principal: item.row.principal,
      action: item.row.action,
      resource: item.row.resource,
      verdict: item.row.verdict,
      withheld: item.withheld?.reason ?? null,
    })),
    identities: identityDocument(input),
    detections: detectionDocument(input),
    compliance: mappedControls(input),
    notVerified: notVerified(input),
  });
}

function citationDocument({ exhibitItem, seq, sha256, leafHash, verdict }: Citation): object {
  return { item: exhibitItem, seq, sha256, leafHash, verdict };
}

function identityDocument({ identities }: ReportInput): object {
  return {
    principals: identities.principals.map(({ principal, events }) => ({
      id: principal.id,
      label: principal.label,
      kind: principal.kind,
      aliases: principal.aliases,
      events: principal.events,
      failures: principal.failures,
      cited: events,
    })),
    links: identities.links.map(({ link, evidence }) => ({
      kind: link.kind,
      from: link.from.name,
      to: link.to.name,
      rule: link.rule,
      confidence: link.confidence,
      state: link.state,
      evidence,
    })),
  };
}

function detectionDocument({ detections }: ReportInput): object | null {
  if (detections === null) return null;
  const rule = ({ rule: id, title, level, version, hash, author, license, muted }: FiredRule) => ({
    rule: id,
    title,
    level,
    version,
    hash,
    author,
    license,
    muted,
  });
  return {
    ranAt: detections.ranAt,
    current: detections.current,
    rules: detections.rules,
    hits: detections.hits.map((hit) => ({
      ...rule(hit),
      count: hit.count,
      firstSeen: hit.firstSeen,
      lastSeen: hit.lastSeen,
    })),
    correlations: detections.correlations.map((alert) => ({
      ...rule(alert),
      group: alert.group,
      count: alert.count,
      firstSeen: alert.firstSeen,
      lastSeen: alert.lastSeen,
    })),
  };
}

/** The text of verification-report.json: every check of every exhibit as it was recorded on import. */
export function formatVerificationReport(input: ReportInput): string {
  return json({
    schema: `${NAMESPACE}/verification-report/v1`,
    program: input.program,
    exhibits: input.exhibits.map((exhibit) => ({
      id: exhibit.id,
      label: exhibit.label,
      sha256: exhibit.sha256,
      byteLength: exhibit.byteLength,
      result: exhibit.verification,
    })),
    custody: { verdict: input.custody.verdict, findings: input.custody.findings },
    notVerified: notVerified(input),
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
