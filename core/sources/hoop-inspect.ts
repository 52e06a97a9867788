import { at, values } from "./field-path.ts";
import { type Source } from "./source.ts";

/**
 * JSON lines of hoopinspect, hoop.dev's protocol inspector: `{"kind":"statement","timestamp":"…","session_id":"…",
 * "principal":"…","protocol":"postgres","connection":"prod-db","operation":"SELECT","statement":"…","allowed":true}`.
 * A statement is cut at 8,192 bytes, or only its digest is given.
 */
export const hoopInspect: Source = {
  name: "hoop-inspect",
  title: "hoop.dev inspector",
  shapes: [
    [
      { path: at("kind"), weight: 0.4, pattern: /^(session_start|session_end|statement|violation|masked|error)$/ },
      { path: at("session_id"), weight: 0.2 },
      { path: at("protocol"), weight: 0.2 },
      { path: at("connection"), weight: 0.2 },
    ],
  ],
  arrays: [[]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    time: { from: [at("timestamp")], formats: ["rfc3339", "utc"] },
    texts: {
      principal: values("principal"),
      session: values("session_id"),
      action: [{ join: ["kind", "operation"].map(at), with: " " }],
      service: values("protocol"),
      resource: values("connection"),
      error: values("rule", "metadata.error"),
      request_digest: [{ path: at("statement"), startsWith: "sha256:" }],
    },
    outcomes: [
      { path: at("allowed"), oneOf: ["false"], outcome: "denied" },
      { path: at("kind"), oneOf: ["error"], outcome: "failure" },
      { path: at("allowed"), oneOf: ["true"], outcome: "success" },
    ],
  },
  own: {
    statement: at("statement"),
    operation: at("operation"),
    tables: at("tables"),
    rule: at("rule"),
    maskedEntities: at("masked_entities"),
    metadata: at("metadata"),
  },
  testedOn: "documentation",
};
