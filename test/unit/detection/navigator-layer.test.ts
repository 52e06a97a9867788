import { z } from "zod";
import { expect, test } from "vitest";

import { navigatorLayer } from "../../../core/detection/navigator-layer.ts";
import { type DetectionState, type RuleHits } from "../../../core/model/detection.ts";

/** What the layer file format 4.5 of the ATT&CK Navigator requires, and the types of what else is written. */
const layerFormat = z.strictObject({
  name: z.string(),
  versions: z.strictObject({
    attack: z.string().optional(),
    navigator: z.string().regex(/^(4\.(9|\d\d+)|[5-9]\.\d+)\.\d+$/),
    layer: z.literal("4.5"),
  }),
  domain: z.enum(["enterprise-attack", "mobile-attack", "ics-attack"]),
  description: z.string().optional(),
  techniques: z
    .array(
      z.strictObject({
        techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
        score: z.number().optional(),
        comment: z.string().optional(),
      }),
    )
    .optional(),
  gradient: z
    .strictObject({
      colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2),
      minValue: z.number(),
      maxValue: z.number(),
    })
    .refine(({ minValue, maxValue }) => maxValue > minValue)
    .optional(),
});

const hit = (title: string, tags: readonly string[], count: number, muted = ""): RuleHits => ({
  rule: title,
  title,
  level: "high",
  version: "",
  hash: "",
  author: "",
  license: "",
  status: "",
  tags,
  description: "",
  falsePositives: [],
  references: [],
  file: "",
  line: 1,
  text: "",
  muted,
  count,
  firstSeen: null,
  lastSeen: null,
});

const stateOf = (hits: readonly RuleHits[]): DetectionState => ({
  rules: { loaded: 0, compiled: 0, unrouted: 0, rejected: [], unmappedFields: [] },
  ranAt: "2026-11-23T09:00:00Z",
  milliseconds: 1,
  current: true,
  hits,
  correlations: [],
  unlisted: [],
  matrix: [],
});

test("a layer is one of format 4.5, with a score for each technique of the rules that fired and are not muted", () => {
  const layer = navigatorLayer(
    "case",
    stateOf([
      hit("one", ["attack.impact", "attack.t1485"], 3),
      hit("two", ["attack.t1485", "attack.t1110.004", "cve.2020-1"], 4),
      hit("muted", ["attack.t1098"], 5, "known"),
    ]),
  );
  expect(layerFormat.safeParse(layer).error).toBeUndefined();
  expect(layer.techniques).toEqual([
    { techniqueID: "T1110.004", score: 4, comment: "two" },
    { techniqueID: "T1485", score: 7, comment: "one; two" },
  ]);
});

test("a layer of a run in which nothing fired is one of that format, too", () => {
  expect(layerFormat.safeParse(navigatorLayer("case", stateOf([]))).error).toBeUndefined();
});
