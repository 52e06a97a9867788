// What the shapes of CASE 1.4 and UCO 1.4 require of the classes that are used: counts and datatypes of properties, restated here.
import { describe, expect, it } from "vitest";

import { caseDocument } from "../../../core/interchange/case-uco.ts";
import { EMPTY_CASE_DETAILS } from "../../../core/model/case-details.ts";
import { type CustodyEntry } from "../../../core/model/custody.ts";
import { makeReportInput } from "../../support/findings-package.ts";

interface Rule {
  readonly property: string;
  readonly min: number;
  readonly max: number;
  /** Datatype of each value, or the class of the node it refers to. */
  readonly of: string;
}

const NAMED: readonly Rule[] = [{ property: "uco-core:name", min: 0, max: 1, of: "string" }];
/** A compilation has at least one object (uco-core:Compilation-object). */
const COMPILATION: readonly Rule[] = [...NAMED, { property: "uco-core:object", min: 1, max: Infinity, of: "@id" }];
const SHAPES: Readonly<Record<string, readonly Rule[]>> = {
  "case-investigation:Investigation": COMPILATION,
  "case-investigation:ProvenanceRecord": [
    ...COMPILATION,
    { property: "case-investigation:exhibitNumber", min: 0, max: 1, of: "string" },
  ],
  "case-investigation:InvestigativeAction": [
    ...NAMED,
    { property: "uco-action:startTime", min: 0, max: 1, of: "xsd:dateTime" },
    { property: "uco-action:endTime", min: 0, max: 1, of: "xsd:dateTime" },
    { property: "uco-action:performer", min: 0, max: 1, of: "@id" },
    { property: "uco-action:instrument", min: 0, max: Infinity, of: "@id" },
    { property: "uco-action:object", min: 0, max: Infinity, of: "@id" },
    { property: "uco-action:result", min: 0, max: Infinity, of: "@id" },
  ],
  "uco-identity:Identity": NAMED,
  "uco-tool:Tool": [...NAMED, { property: "uco-tool:version", min: 0, max: 1, of: "string" }],
  "uco-observable:File": [{ property: "uco-core:hasFacet", min: 0, max: Infinity, of: "node" }],
  "uco-observable:FileFacet": [
    { property: "uco-observable:fileName", min: 0, max: 1, of: "string" },
    { property: "uco-observable:sizeInBytes", min: 0, max: 1, of: "xsd:integer" },
  ],
  "uco-observable:ContentDataFacet": [{ property: "uco-observable:hash", min: 0, max: Infinity, of: "node" }],
  "uco-types:Hash": [
    { property: "uco-types:hashMethod", min: 1, max: 1, of: "string" },
    { property: "uco-types:hashValue", min: 1, max: 1, of: "xsd:hexBinary" },
  ],
};

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);
const valuesOf = (node: Node, property: string): readonly unknown[] =>
  node[property] === undefined ? [] : [node[property]].flat();

/** Every typed node of a document, also those inside others. */
function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (!isNode(value)) return [];
  const inner = Object.values(value).flatMap(nodesOf);
  return typeof value["@id"] === "string" && typeof value["@type"] === "string" ? [value, ...inner] : inner;
}

function kindOf(value: unknown): string {
  if (!isNode(value)) return typeof value;
  if ("@value" in value) return String(value["@type"]);
  return "@type" in value ? "node" : "@id";
}

function faultsOf(document: object): readonly string[] {
  const nodes = nodesOf(document);
  const ids = nodes.map((node) => String(node["@id"]));
  return nodes.flatMap((node) => {
    const type = String(node["@type"]);
    const shape = SHAPES[type];
    if (shape === undefined) return [`${type}: unknown class`];
    const unknown = Object.keys(node).filter(
      (name) =>
        !name.startsWith("@") && name !== "uco-core:description" && !shape.some(({ property }) => property === name),
    );
    const broken = shape.filter(({ property, min, max, of }) => {
      const values = valuesOf(node, property);
      const isOf = values.every((value) => kindOf(value) === of && (of !== "@id" || ids.includes(idOf(value))));
      return values.length < min || values.length > max || !isOf;
    });
    return [...unknown, ...broken.map(({ property }) => property)].map((property) => `${type}: ${property}`);
  });
}

const idOf = (value: unknown): string => (isNode(value) ? String(value["@id"]) : "");

const ENTRY: CustodyEntry = {
  v: 1,
  seq: 0,
  at: "2026-11-22T10:00:00.000Z",
  clock: { source: "os", monotonicMs: null },
  tz: "Europe/Rome",
  actor: { name: "R. Adeyemi", key: "unendorsed" },
  host: "0123456789abcdef",
  app: { version: "0.1.0", build: "development" },
  action: "exhibit.imported",
  object: { id: "X-1" },
  note: "as received",
  prev: "0".repeat(64),
};

describe("the custody of a case as CASE/UCO", () => {
  const { exhibits } = makeReportInput(null);
  const details = { ...EMPTY_CASE_DETAILS, caseId: "NG-2026-117", title: "gateway audit log" };
  const document = caseDocument({ details, exhibits, entries: [ENTRY], head: "ab".repeat(32) });

  it("has every property that the shapes require, of the right datatype, and refers to nothing outside", () => {
    expect(nodesOf(document).length).toBeGreaterThan(8);
    expect(faultsOf(document)).toEqual([]);
  });

  it("puts every facet on exactly one object", () => {
    const nodes = nodesOf(document);
    const facets = nodes.flatMap((node) => valuesOf(node, "uco-core:hasFacet")).map(idOf);
    expect(facets).toHaveLength(new Set(facets).size);
    expect(facets).toHaveLength(nodes.filter((node) => String(node["@type"]).endsWith("Facet")).length);
  });

  it("would be told broken without a digest, or with a reference into nothing", () => {
    const text = JSON.stringify(document);
    const without = JSON.parse(text.replaceAll('"uco-types:hashMethod":"SHA256",', "")) as object;
    expect(faultsOf(without)).toContain("uco-types:Hash: uco-types:hashMethod");
    const dangling = JSON.parse(
      text.replace(/"uco-action:performer":\{"@id":"[^"]+"/, '"uco-action:performer":{"@id":"kb:x"'),
    ) as object;
    expect(faultsOf(dangling)).toContain("case-investigation:InvestigativeAction: uco-action:performer");
  });
});
