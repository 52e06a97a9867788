/** report.json: the model that report.pdf and report.html are drawn from, so that a reader can show the report again. */
import { z } from "zod";

import { encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { DRAWING_FILLS, DRAWING_TONES } from "../model/drawing.ts";
import { type ReportModel } from "../model/report.ts";
import { BUNDLE_VERDICTS } from "../model/verdict.ts";

const SCHEMA = `${NAMESPACE}/report-model/v1`;

const text = z.string();
const flag = z.boolean().optional();
const number = z.number();
const place = { x: number, y: number };
const tone = z.enum(DRAWING_TONES);
const shape = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("box"),
    ...place,
    width: number,
    height: number,
    radius: number,
    tone,
    fill: z.enum(DRAWING_FILLS),
  }),
  z.strictObject({ kind: z.literal("line"), path: z.string().regex(/^[MLC\d. -]*$/), tone, dashed: z.boolean() }),
  z.strictObject({
    kind: z.literal("text"),
    ...place,
    size: number,
    text,
    width: number,
    anchor: z.enum(["start", "middle"]),
    tone,
    strong: z.boolean(),
    inverse: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("source"), ...place, height: number, exhibit: text }),
]);
const block = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("paragraph"),
    text,
    emphasis: z.enum(["note", "warning"]).optional(),
    verdict: z.enum(BUNDLE_VERDICTS).optional(),
  }),
  z.strictObject({ kind: z.literal("heading"), text, tag: text.optional() }),
  z.strictObject({
    kind: z.literal("fields"),
    rows: z.array(z.strictObject({ label: text, value: text, mono: flag })),
  }),
  z.strictObject({
    kind: z.literal("table"),
    caption: text,
    columns: z.array(
      z.strictObject({
        label: text,
        mono: flag,
        weight: z.number().positive(),
        verdict: flag,
        align: z.literal("right").optional(),
      }),
    ),
    rows: z.array(z.array(text)),
  }),
  z.strictObject({ kind: z.literal("list"), items: z.array(text) }),
  z.strictObject({
    kind: z.literal("drawing"),
    caption: text,
    drawing: z.strictObject({ width: number.positive(), height: number.positive(), alt: text, shapes: z.array(shape) }),
  }),
  z.strictObject({ kind: z.literal("raw"), label: text, text }),
]);
const model = z.strictObject({
  schema: z.literal(SCHEMA),
  title: text,
  caseId: text,
  reportId: text,
  revision: z.number().int().min(1),
  issuedAt: text,
  classification: text,
  // Packages of the first builds do not have it.
  organisation: text.default(""),
  missing: z.array(z.strictObject({ section: text, what: text, wording: z.literal(true).optional() })),
  sections: z.array(z.strictObject({ number: z.number().int(), heading: text, blocks: z.array(block) })),
});

/** The bytes of report.json. */
export function formatReportModel(report: ReportModel): Uint8Array {
  return encodeUtf8(`${JSON.stringify({ schema: SCHEMA, ...report })}\n`);
}

/** The model in report.json, or null when it has another form. */
export function parseReportModel(json: unknown): ReportModel | null {
  const parsed = model.safeParse(json);
  // Optional members that are absent stay absent: nothing here was made undefined.
  return parsed.success ? (parsed.data as ReportModel) : null;
}
