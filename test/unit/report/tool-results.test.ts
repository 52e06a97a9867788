import { expect, test } from "vitest";

import { type DetectionState, type RuleHits } from "../../../core/model/detection.ts";
import { drawnText } from "../../../core/model/drawing.ts";
import { type IdentityLink, type Principal } from "../../../core/model/identity.ts";
import { assembleReport } from "../../../core/report/assemble.ts";
import { renderHtml } from "../../../core/report/html.ts";
import { formatReportModel, parseReportModel } from "../../../core/report/report-model-json.ts";
import { redactRecords } from "../../../core/report/redact.ts";
import { type ReportInput } from "../../../core/report/report-input.ts";
import { makeReportInput } from "../../support/findings-package.ts";

const principal = (id: string, label: string): Principal => ({
  id,
  label,
  kind: "user",
  aliases: [],
  first: null,
  last: null,
  events: 3,
  failures: 1,
});
const end = (id: string, name: string) => ({ id, label: name, kind: "user" as const, name });
const LINK: IdentityLink = {
  id: "L-1",
  kind: "credential",
  rule: "cloudtrail/7",
  ruleText: "the record names user and key",
  confidence: "W",
  from: end("I-1", "alice"),
  to: end("I-2", "key-1"),
  state: "accepted",
  reason: "the key was in her ticket",
  first: null,
  last: null,
  events: 1,
};
const HIT: RuleHits = {
  rule: "4d2f",
  title: "Trail deleted",
  level: "high",
  version: "2024-01-02",
  hash: "a".repeat(64),
  author: "A. Writer",
  license: "DRL 1.1",
  status: "stable",
  tags: [],
  description: "",
  falsePositives: [],
  references: [],
  file: "rule.yml",
  line: 1,
  text: "",
  muted: "",
  count: 2,
  firstSeen: null,
  lastSeen: null,
};
const DETECTIONS: DetectionState = {
  rules: {
    loaded: 10,
    compiled: 9,
    unrouted: 2,
    rejected: [{ file: "x.yml", line: 3, column: 1, reason: "no" }],
    unmappedFields: [],
  },
  ranAt: "2026-11-22T10:00:00.000Z",
  milliseconds: 5,
  current: true,
  hits: [HIT],
  correlations: [],
  unlisted: [],
  matrix: [],
};

const base = makeReportInput(null);
const [first, second] = base.items.map((item) => item.row.seq);
const input = {
  ...base,
  identities: {
    principals: [
      { principal: principal("I-1", "alice"), events: [first ?? 0] },
      { principal: principal("I-2", "key-1"), events: [first ?? 0, second ?? 0] },
    ],
    links: [{ link: LINK, evidence: [first ?? 0] }],
  },
  detections: DETECTIONS,
};
const sectionText = (of: ReportInput, number: number): string =>
  JSON.stringify(assembleReport(of).model.sections[number - 1]);

test("section 9 gives rule, evidence and confidence of each link, and says that an account is not a person", () => {
  const text = sectionText(input, 9);
  for (const part of [
    "An account is not a person",
    "cloudtrail/7",
    "weak: a hint",
    "accepted by the examiner",
    "her ticket",
  ]) {
    expect(text).toContain(part);
  }
});

test("section 8 gives detections as tool results after the findings, with author, licence and digest of each rule", () => {
  const { model } = assembleReport(input);
  const headings = model.sections[7]?.blocks.flatMap((block) => (block.kind === "heading" ? [block] : [])) ?? [];
  expect(headings.at(-1)).toMatchObject({ text: "Detection results", tag: "tool result" });
  const text = sectionText(input, 8);
  for (const part of ["Trail deleted", "A. Writer", "DRL 1.1", "a".repeat(64)]) expect(text).toContain(part);
  expect(sectionText(input, 7)).toContain("10 loaded, 9 compiled, 2 for logs that are not in the case, 1 rejected");
});

test("section 10 tells the story that was kept, with gaps, records and verdicts, and withholds what a record says with it", () => {
  const step = {
    number: 1,
    time: "2026-11-11T03:14:07Z",
    sentence: "the log attributes key.create to alice",
    verdict: "altered" as const,
    citations: [{ seq: first ?? 0, exhibit: "X-1", file: "a", verdict: "altered" as const, exhibitItem: "EX-00001" }],
    gapAfter: 5_400_000_000_000n,
  };
  const shape = drawnText("alice", 1, 2, { size: 12, width: 90 });
  const drawing = { width: 720, height: 40, alt: "alice to key", shapes: [shape] };
  const page = { title: "Persistence", technique: "T1098", from: "a", to: "b", drawing, steps: [step] };
  const told = { ...input, storyboard: [page] };
  const text = sectionText(told, 10);
  for (const part of ["Persistence", "T1098", "key.create to alice", "EX-00001", "Altered", "1 h 30 min"]) {
    expect(text).toContain(part);
  }
  const redacted = redactRecords(told, [{ item: base.items[0]?.item ?? "", reason: "names a customer" }]);
  expect(
    JSON.stringify(redacted.storyboard, (_key, value: unknown) => (typeof value === "bigint" ? 0 : value)),
  ).not.toContain("alice");
  expect(sectionText(redacted, 10)).toContain("No drawing of step 1");
});

test("a drawing of the story is a picture with words that stand for it on the page, and the same when the model is read back", () => {
  const shapes = [
    drawnText("<b>\u202ealice", 1, 2, { size: 12, width: 200 }),
    { kind: "line" as const, path: "M1 2 L3 4", tone: "now" as const, dashed: true },
  ];
  const drawing = { width: 720, height: 40, alt: 'alice to "key"', shapes };
  const page = { title: "Persistence", technique: "", from: "a", to: "b", drawing, steps: [] };
  const { model } = assembleReport({ ...input, storyboard: [page] });
  const html = renderHtml(model, []);
  expect(html).toContain('aria-label="alice to &#34;key&#34;"');
  expect(html).toContain('<path class="now dashed" d="M1 2 L3 4"/>');
  expect(html).toContain("&#60;b&#62;&#60;U+202E&#62;alice");
  const json: unknown = JSON.parse(new TextDecoder().decode(formatReportModel(model)));
  expect(parseReportModel(json)).toMatchObject({ sections: model.sections });
});

test("an identity that only a withheld record names is withheld with it", () => {
  const item = base.items[0]?.item ?? "";
  const redacted = redactRecords(input, [{ item, reason: "names a customer" }]);
  expect(redacted.identities.principals.map(({ principal: { id } }) => id)).toEqual(["I-2"]);
  expect(redacted.identities.links).toEqual([]);
});
