/**
 * STIX 2.1 (OASIS standard, 10 June 2021): one bundle, one `observed-data` an event over the record as an `artifact`, the
 * account and the address. What leads back to the proof is a property extension, which the bundle defines itself (§7.3).
 */
import { createHash } from "node:crypto";
import { isIP } from "node:net";

import { formatBase64 } from "../encoding/base64.ts";
import { canonicalJson } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { formatInstant } from "../model/time.ts";
import { type DatedEvent, type ExportFormat } from "./export-format.ts";
import { messageOf, provenance, stated } from "./exported-event.ts";
import { nameBasedUuid, URL_NAMESPACE } from "./name-based-uuid.ts";

/** The namespace of observables (§2.9): equal ones have one id in every tool's bundles. */
const OBSERVABLE_NAMESPACE = "00abedb4-aa42-466c-9c01-fed23315a9b7";
/** Other objects must not have ids of that namespace. */
const OWN_NAMESPACE = nameBasedUuid(URL_NAMESPACE, `${NAMESPACE}/stix`);
/** When the two definitions below were written; they stay the same in every export. */
const DEFINED_AT = "2026-11-23T00:00:00.000Z";

const IDENTITY_ID = `identity--${nameBasedUuid(OWN_NAMESPACE, "identity")}`;
const EXTENSION_ID = `extension-definition--${nameBasedUuid(OWN_NAMESPACE, "event-provenance")}`;

interface Observable {
  readonly type: string;
  readonly spec_version: "2.1";
  readonly id: string;
}

const DEFINITIONS: readonly object[] = [
  {
    type: "identity",
    spec_version: "2.1",
    id: IDENTITY_ID,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name: "Assay",
    identity_class: "system",
  },
  {
    type: "extension-definition",
    spec_version: "2.1",
    id: EXTENSION_ID,
    created_by_ref: IDENTITY_ID,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name: "Event provenance",
    description: "Where the record of an observed event lies, its digest, and the verdict that holds for it.",
    schema: `${NAMESPACE}/stix/event-provenance`,
    version: "1.0.0",
    extension_types: ["property-extension"],
  },
];

/** An observable whose id follows from the properties that contribute to it (§2.9, RFC 8785). */
function observable(type: string, contributing: object, properties: object = contributing): Observable {
  const id = `${type}--${nameBasedUuid(OBSERVABLE_NAMESPACE, canonicalJson(contributing))}`;
  return { type, spec_version: "2.1", id, ...properties };
}

function observablesOf({ row, record }: DatedEvent): readonly Observable[] {
  const bytes = encodeUtf8(record);
  const hashes = { "SHA-256": createHash("sha256").update(bytes).digest("hex") };
  const payload = { hashes, payload_bin: formatBase64(bytes) };
  const family = row.address === null ? 0 : isIP(row.address);
  return [
    observable("artifact", payload, { mime_type: "application/json", ...payload }),
    ...(row.principal === null ? [] : [observable("user-account", { user_id: row.principal })]),
    ...(family === 0 ? [] : [observable(family === 4 ? "ipv4-addr" : "ipv6-addr", { value: row.address })]),
  ];
}

function observedData(event: DatedEvent, observables: readonly Observable[], exportedAt: string): object {
  const { row } = event;
  const time = formatInstant(row.time);
  return {
    type: "observed-data",
    spec_version: "2.1",
    id: `observed-data--${nameBasedUuid(OWN_NAMESPACE, `${event.exhibitSha256} ${event.recordIndex}`)}`,
    created: exportedAt,
    modified: exportedAt,
    first_observed: time,
    last_observed: time,
    number_observed: 1,
    object_refs: observables.map(({ id }) => id),
    extensions: {
      [EXTENSION_ID]: stated({
        extension_type: "property-extension",
        ...provenance(event),
        message: messageOf(event),
        action: row.action,
        outcome: row.outcome,
        service: row.service,
        resource: row.resource,
        address: row.address,
        user_agent: row.userAgent,
      }),
    },
  };
}

/** The format for an export made at `exportedAt` (RFC 3339, UTC). It remembers which observables stand in the bundle already. */
export function stix(exportedAt: string): ExportFormat {
  const written = new Set<string>();
  const objects = (list: readonly object[]): string => list.map((item) => `,\n${JSON.stringify(item)}`).join("");
  const bundle = `bundle--${nameBasedUuid(OWN_NAMESPACE, `bundle ${exportedAt}`)}`;
  return {
    name: "stix",
    extensions: [".json"],
    header: `{"type":"bundle","id":"${bundle}","objects":[\n${DEFINITIONS.map((item) => JSON.stringify(item)).join(",\n")}`,
    line: (event) => {
      const observables = observablesOf(event);
      const fresh = observables.filter(({ id }) => !written.has(id));
      for (const { id } of fresh) written.add(id);
      return objects([...fresh, observedData(event, observables, exportedAt)]);
    },
    footer: "\n]}\n",
  };
}
