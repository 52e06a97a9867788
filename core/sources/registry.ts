import { type JsonValue } from "../encoding/strict-json.ts";
import { atlassian } from "./atlassian.ts";
import { azureActivity } from "./azure-activity.ts";
import { bitbucket } from "./bitbucket.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { cloudtrailLake } from "./cloudtrail-lake.ts";
import { csv } from "./csv.ts";
import { duo } from "./duo.ts";
import { entra } from "./entra.ts";
import { formatFieldPath } from "./field-path.ts";
import { gcpAudit } from "./gcp-audit.ts";
import { github } from "./github.ts";
import { googleWorkspace } from "./google-workspace.ts";
import { hoopAudit } from "./hoop-audit.ts";
import { hoopInspect } from "./hoop-inspect.ts";
import { hoopSessions } from "./hoop-sessions.ts";
import { jsonl } from "./jsonl.ts";
import { kubernetes } from "./kubernetes.ts";
import { microsoft365 } from "./microsoft-365.ts";
import { ocsf } from "./ocsf.ts";
import { okta } from "./okta.ts";
import { onelogin } from "./onelogin.ts";
import { slack } from "./slack.ts";
import { snowflake } from "./snowflake.ts";
import { tailscale } from "./tailscale.ts";
import { teleport } from "./teleport.ts";
import { timesketch } from "./timesketch.ts";
import { zeek } from "./zeek.ts";
import { zendesk } from "./zendesk.ts";
import { zoom } from "./zoom.ts";
import { type Shape, type Source } from "./source.ts";
import { valueAt, valueAtAnyCase } from "./value-at.ts";

/** Every source that ships, the fallbacks last. A new one is a file and a line here. */
export const SOURCES: readonly Source[] = [
  ocsf,
  cloudtrail,
  cloudtrailLake,
  kubernetes,
  okta,
  github,
  gcpAudit,
  entra,
  azureActivity,
  googleWorkspace,
  microsoft365,
  slack,
  snowflake,
  teleport,
  atlassian,
  bitbucket,
  duo,
  onelogin,
  tailscale,
  zoom,
  zendesk,
  hoopSessions,
  hoopAudit,
  hoopInspect,
  timesketch,
  zeek,
  csv,
  jsonl,
];

/** What a fallback scores, so that any source that knows the records wins. */
const FALLBACK_SCORE = 0.1;
/** A source that knows less of a record than this does not know it; so is a sample of which it knows fewer records. */
const MINIMUM_SCORE = 0.5;
/** A source is named only where it knows some record of the sample as well as this: `actor` and `action` are in many logs. */
const NAMING_SCORE = 0.75;

/** How well a source fits, from 0 to 1, and why. */
export interface Recognition {
  readonly source: Source;
  readonly score: number;
  readonly reason: string;
  /** Records of the sample are of several sources: each is to be recognised for itself. */
  readonly mixed: boolean;
}

/** The source of most records of a sample; undefined when none of them is a JSON object. */
export function recogniseSource(sample: readonly JsonValue[]): Recognition | undefined {
  const objects = sample.filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
  if (objects.length === 0) return undefined;
  const votes = new Map<Source, number>();
  const named = new Set<Source>();
  for (const record of objects) {
    const source = sourceOfRecord(record);
    if (!source) continue;
    votes.set(source, (votes.get(source) ?? 0) + 1);
    if (bestFit(source.shapes, record, valueAtAnyCase).score >= NAMING_SCORE) named.add(source);
  }
  for (const source of votes.keys()) if (!named.has(source)) votes.delete(source);
  const known = [...votes.values()].reduce((sum, count) => sum + count, 0);
  const [first, ...others] = [...votes].sort(([, a], [, b]) => b - a);
  if (!first || known < MINIMUM_SCORE * sample.length) {
    const reason = `${objects.length} of ${sample.length} sampled records are JSON objects of no known source`;
    return { source: jsonl, score: FALLBACK_SCORE, reason, mixed: false };
  }
  const recognition = recognise(first[0], sample);
  if (others.length === 0) return recognition;
  const counts = [first, ...others].map(([{ title }, count]) => `${count} of ${title}`).join(", ");
  return { ...recognition, reason: `${counts}, among ${sample.length} sampled records`, mixed: true };
}

/**
 * The source that knows a record best, or undefined when none does. Names are taken as they are written; only where no
 * source knows them so are they compared in any case, as exports that went through a data lake need it.
 */
export function sourceOfRecord(record: JsonValue): Source | undefined {
  return bestSource(record, valueAt) ?? bestSource(record, valueAtAnyCase);
}

function bestSource(record: JsonValue, lookUp: typeof valueAt): Source | undefined {
  let best: { readonly source: Source; readonly score: number } | undefined;
  for (const source of SOURCES) {
    if (source.shapes.length === 0) continue;
    const { score } = bestFit(source.shapes, record, lookUp);
    if (score >= MINIMUM_SCORE && score > (best?.score ?? 0)) best = { source, score };
  }
  return best?.source;
}

/** How well one source fits a sample: the mean of its records, each by the shape that fits it best. */
export function recognise(source: Source, sample: readonly JsonValue[]): Recognition {
  if (source.shapes.length === 0) return { source, score: 0, reason: "chosen by the examiner", mixed: false };
  const fits = sample.map((record) => bestFit(source.shapes, record, valueAtAnyCase));
  const full = fits.filter(({ score }) => score > 0.99).length;
  const most = fits.filter(({ score }) => score >= NAMING_SCORE).length;
  const mean = fits.reduce((sum, { score }) => sum + score, 0) / Math.max(1, fits.length);
  const marks = commonest(fits.map(({ shape }) => shape)) ?? [];
  const names = marks.map(({ path }) => formatFieldPath(path)).join(", ");
  const count = full > 0 ? full : most;
  const have = full === 0 && most > 0 ? "have most of" : "have";
  return {
    source,
    score: Math.round(mean * 100) / 100,
    reason: `${count} of ${sample.length} sampled records ${have} ${names}`,
    mixed: false,
  };
}

/** The source of that name. */
export function sourceNamed(name: string): Source | undefined {
  return SOURCES.find((source) => source.name === name);
}

interface Fit {
  readonly shape: Shape;
  readonly score: number;
}

function bestFit(shapes: readonly Shape[], record: JsonValue, lookUp: typeof valueAt): Fit {
  const fits = shapes.map((shape) => ({
    shape,
    score: shape.reduce((sum, mark) => sum + (hasMark(lookUp(record, mark.path), mark) ? mark.weight : 0), 0),
  }));
  return fits.reduce((best, fit) => (fit.score > best.score ? fit : best));
}

function commonest(shapes: readonly Shape[]): Shape | undefined {
  const counts = new Map<Shape, number>();
  for (const shape of shapes) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function hasMark(value: JsonValue | undefined, mark: Shape[number]): boolean {
  if (value === undefined || value === null) return false;
  if (!mark.pattern) return true;
  return (typeof value === "string" || typeof value === "number") && mark.pattern.test(String(value));
}
