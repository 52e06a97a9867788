/**
 * The custody of a case as CASE/UCO 1.4 JSON-LD: who did what with which exhibit. Every node's id ends in a UUID derived
 * from the case's own data, so that two exports of the same state are the same bytes.
 */
import { createHash } from "node:crypto";

import { type CustodyEntry } from "../model/custody.ts";
import { type CaseDetails } from "../model/case-details.ts";
import { type Exhibit } from "../model/exhibit.ts";

const CONTEXT = {
  kb: "https://assay.example/kb/",
  "case-investigation": "https://ontology.caseontology.org/case/investigation/",
  "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
  "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
  "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
  "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
  "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
  "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
  xsd: "http://www.w3.org/2001/XMLSchema#",
} as const;

/** What the export tells of. */
export interface CustodyOfCase {
  readonly details: CaseDetails;
  readonly exhibits: readonly Exhibit[];
  readonly entries: readonly CustodyEntry[];
  /** Hash of the journal's last entry, hex: the seed of every id. */
  readonly head: string;
}

type Node = Readonly<Record<string, unknown>>;

/** The document, as plain data. */
export function caseDocument(custody: CustodyOfCase): object {
  const ids = new NodeIds(custody.entries[0] ? firstHash(custody.entries) : custody.head);
  const graph = [
    investigation(custody, ids),
    ...performers(custody.entries, ids),
    ...tools(custody.entries, ids),
    ...custody.exhibits.flatMap((exhibit) => exhibitNodes(exhibit, ids)),
    ...custody.entries.map((entry) => actionNode(entry, custody.exhibits, ids)),
  ];
  return { "@context": CONTEXT, "@graph": graph };
}

/** The journal's genesis does not change as the case goes on, hence neither do the ids of what it tells of. */
function firstHash(entries: readonly CustodyEntry[]): string {
  return entries[1]?.prev ?? entries[0]?.at ?? "";
}

/** Ids of one case's nodes: RFC 9562 §5.8 UUIDs (version 8) over SHA-256 of the case's seed and the node's own name. */
class NodeIds {
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  of(kind: string, name: string): string {
    const digest = createHash("sha256").update(`${this.#seed}\n${kind}\n${name}`).digest("hex");
    const variant = "89ab"[Number.parseInt(digest.slice(16, 17), 16) % 4] ?? "8";
    const uuid = [
      digest.slice(0, 8),
      digest.slice(8, 12),
      `8${digest.slice(13, 16)}`,
      `${variant}${digest.slice(17, 20)}`,
      digest.slice(20, 32),
    ].join("-");
    return `kb:${kind}-${uuid}`;
  }

  reference(kind: string, name: string): Node {
    return { "@id": this.of(kind, name) };
  }
}

function investigation({ details, exhibits, entries }: CustodyOfCase, ids: NodeIds): Node {
  return {
    "@id": ids.of("investigation", "case"),
    "@type": "case-investigation:Investigation",
    "uco-core:name": details.caseId === "" ? "case without a number" : details.caseId,
    ...(details.title === "" ? {} : { "uco-core:description": details.title }),
    "uco-core:object": [
      ...exhibits.map((exhibit) => ids.reference("provenance-record", exhibit.id)),
      ...entries.map((entry) => ids.reference("investigative-action", String(entry.seq))),
    ],
  };
}

function performers(entries: readonly CustodyEntry[], ids: NodeIds): readonly Node[] {
  const names = [...new Set(entries.map((entry) => entry.actor.name))];
  return names.map((name) => ({
    "@id": ids.of("identity", name),
    "@type": "uco-identity:Identity",
    "uco-core:name": name,
  }));
}

function tools(entries: readonly CustodyEntry[], ids: NodeIds): readonly Node[] {
  const versions = [...new Set(entries.map((entry) => entry.app.version))];
  return versions.map((version) => ({
    "@id": ids.of("tool", version),
    "@type": "uco-tool:Tool",
    "uco-core:name": "Assay",
    "uco-tool:version": version,
  }));
}

function exhibitNodes(exhibit: Exhibit, ids: NodeIds): readonly Node[] {
  return [
    {
      "@id": ids.of("file", exhibit.id),
      "@type": "uco-observable:File",
      "uco-core:hasFacet": [
        {
          "@id": ids.of("file-facet", exhibit.id),
          "@type": "uco-observable:FileFacet",
          "uco-observable:fileName": exhibit.label,
          "uco-observable:sizeInBytes": { "@type": "xsd:integer", "@value": String(exhibit.byteLength) },
        },
        {
          "@id": ids.of("content-data-facet", exhibit.id),
          "@type": "uco-observable:ContentDataFacet",
          "uco-observable:hash": hashNode(exhibit.id, exhibit.sha256, ids),
        },
      ],
    },
    {
      "@id": ids.of("provenance-record", exhibit.id),
      "@type": "case-investigation:ProvenanceRecord",
      "case-investigation:exhibitNumber": exhibit.id,
      "uco-core:description": `Evidence as received; verdict of its verification: ${exhibit.verdict}`,
      "uco-core:object": [ids.reference("file", exhibit.id)],
    },
  ];
}

function hashNode(name: string, sha256: string, ids: NodeIds): Node {
  return {
    "@id": ids.of("hash", name),
    "@type": "uco-types:Hash",
    "uco-types:hashMethod": "SHA256",
    "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": sha256.toUpperCase() },
  };
}

function actionNode(entry: CustodyEntry, exhibits: readonly Exhibit[], ids: NodeIds): Node {
  const about = exhibits.find((exhibit) => exhibit.id === entry.object?.id);
  const time = { "@type": "xsd:dateTime", "@value": entry.at };
  return {
    "@id": ids.of("investigative-action", String(entry.seq)),
    "@type": "case-investigation:InvestigativeAction",
    "uco-core:name": entry.action,
    ...(entry.note === undefined ? {} : { "uco-core:description": entry.note }),
    "uco-action:startTime": time,
    "uco-action:endTime": time,
    "uco-action:performer": ids.reference("identity", entry.actor.name),
    "uco-action:instrument": [ids.reference("tool", entry.app.version)],
    ...(about === undefined
      ? {}
      : {
          "uco-action:object": [ids.reference("file", about.id)],
          "uco-action:result": [ids.reference("provenance-record", about.id)],
        }),
  };
}
