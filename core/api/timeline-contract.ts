import { z } from "zod";

import { type EventRow } from "../model/event.ts";
import {
  type Facet,
  type Histogram,
  type IndexProgress,
  type LaneSet,
  type ResultSet,
  type SqlTable,
  type Suggestion,
  type TimelineGap,
} from "../model/timeline.ts";
import { operation } from "./operation.ts";

const seq = z.number().int().min(0);
const resultId = z.number().int();
const bound = z.bigint().nullable();
const field = z.string().max(500);
/** What lanes are made of. */
const lane = z.enum(["principal", "source", "service"]);

/** Further queries that must hold as well. */
export const pins = z.array(z.string().max(10_000)).max(200).default([]);
/** Null is the order of time. */
export const sort = z.strictObject({ field, descending: z.boolean() }).nullable().default(null);

/** What a window asks of the timeline: one result set per question, which everything else is read from. */
export const timelineOperations = {
  /** Makes what lets a large case answer quickly; ends at once when it is there, or the case is small. */
  "timeline.prepare": operation<null, IndexProgress>()(z.undefined()),
  "timeline.query": operation<ResultSet, { readonly share: number }>()(
    z.strictObject({
      query: z.string().max(10_000),
      pins,
      from: bound,
      to: bound,
      logRecords: z.boolean(),
      copies: z.boolean(),
      sort,
      /** Whether the events of an activity share one row. */
      activities: z.enum(["folded", "open"]).default("open"),
    }),
  ),
  /** Rows of the grid, from `start` on. */
  "timeline.rows": operation<readonly EventRow[]>()(
    z.strictObject({ resultId, start: seq, count: z.number().int().min(1).max(1_000) }),
  ),
  "timeline.histogram": operation<Histogram>()(
    z.strictObject({ resultId, from: bound, to: bound, buckets: z.number().int().min(1).max(2_000) }),
  ),
  "timeline.lanes": operation<LaneSet>()(
    z.strictObject({
      resultId,
      by: lane,
      from: bound,
      to: bound,
      buckets: z.number().int().min(1).max(4_000),
      lanes: z.number().int().min(1).max(40),
    }),
  ),
  "timeline.facets": operation<readonly Facet[]>()(z.strictObject({ resultId })),
  /** Every value of one field with its count, most frequent first: at most 500. */
  "timeline.groups": operation<Facet>()(z.strictObject({ resultId, field })),
  "timeline.gaps": operation<readonly TimelineGap[]>()(z.undefined()),
  /** Row of an event in a result, or of the first one at or after an instant; null when there is none. */
  "timeline.locate": operation<number | null>()(
    z.union([z.strictObject({ resultId, seq }), z.strictObject({ resultId, time: z.bigint() })]),
  ),
  /** Row of the next or the previous event with the same principal, source or service; null when there is none. */
  "timeline.neighbour": operation<number | null>()(
    z.strictObject({ resultId, seq, by: lane, direction: z.enum(["next", "previous"]) }),
  ),
  /** Position in the case of a leaf of an exhibit's log, which may lack some; null when it has no row. */
  "timeline.seqOfLeaf": operation<number | null>()(z.strictObject({ exhibit: z.string().max(20), index: seq })),
  /** What could stand at the cursor of a query: fields, operators, values with their counts. */
  "timeline.suggest": operation<readonly Suggestion[]>()(
    z.strictObject({ text: z.string().max(10_000), cursor: seq, resultId: resultId.nullable() }),
  ),
  /** One SELECT over the views that docs/query-language.md names, at most 10,000 rows of the answer. */
  "timeline.sql": operation<SqlTable>()(z.strictObject({ text: z.string().max(10_000) })),
} as const;
