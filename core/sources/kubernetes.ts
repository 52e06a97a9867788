import { at, values } from "./field-path.ts";
import { type FieldPath, type Source, type ValueRule } from "./source.ts";

/** The paths of an audit event: as it is, and inside the text that AKS wraps it in. */
function both(...texts: readonly string[]): readonly FieldPath[] {
  return [...texts, ...texts.map((text) => `properties.log.${text}`)].map(at);
}
const bothValues = (...texts: readonly string[]): readonly ValueRule[] => both(...texts).map((path) => ({ path }));
const target = (prefix: string): ValueRule => ({
  join: ["namespace", "resource", "name", "subresource"].map((name) => at(`${prefix}objectRef.${name}`)),
  with: "/",
});

/**
 * Kubernetes audit events (kubernetes.io, "Auditing", audit.k8s.io/v1), as EKS delivers them, too:
 * `{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"…","stage":"ResponseComplete","verb":"create",
 * "user":{"username":"…"},"objectRef":{"resource":"pods"},"responseStatus":{"code":201},"requestReceivedTimestamp":"…"}`.
 * AKS wraps the same as text: `{"category":"kube-audit","properties":{"log":"{\"kind\":\"Event\",…}"}}`.
 */
export const kubernetes: Source = {
  name: "kubernetes",
  title: "Kubernetes audit, also of EKS and AKS",
  shapes: [
    [
      { path: at("kind"), weight: 0.5, pattern: /^Event$/ },
      { path: at("verb"), weight: 0.25 },
      { path: at("objectRef"), weight: 0.25 },
    ],
    [
      { path: at("apiVersion"), weight: 0.6, pattern: /^audit\.k8s\.io\// },
      { path: at("requestURI"), weight: 0.4 },
    ],
    [
      { path: at("category"), weight: 0.5, pattern: /^kube-audit/ },
      { path: at("properties.log"), weight: 0.5 },
    ],
  ],
  arrays: [["items"]],
  aside: [],
  unmappedIsProblem: true,
  mapping: {
    embedded: [at("properties.log")],
    time: { from: [...both("requestReceivedTimestamp", "stageTimestamp"), at("time")], formats: ["rfc3339", "utc"] },
    recordedAt: { from: both("stageTimestamp"), formats: ["rfc3339", "utc"] },
    texts: {
      principal: bothValues("impersonatedUser.username", "user.username"),
      principal_kind: both("impersonatedUser.username", "user.username").flatMap((path): readonly ValueRule[] => [
        { path, startsWith: "system:serviceaccount:", gives: "service account" },
        { path, startsWith: "system:node:", gives: "node" },
        { path, startsWith: "system:", gives: "system" },
        { path, gives: "user" },
      ]),
      credential: bothValues("user.extra.accessKeyId[0]", 'user.extra."authentication.kubernetes.io/credential-id"[0]'),
      session: bothValues("user.extra.sessionName[0]", "user.uid"),
      // Requests for anything but an object, such as /healthz, may name no verb in exports.
      action: [...bothValues("verb", "requestURI"), ...values("operationName")],
      service: [...bothValues("objectRef.apiGroup"), { constant: "kubernetes" }],
      resource: [target(""), target("properties.log."), ...bothValues("requestURI")],
      error: bothValues("responseStatus.reason", "responseStatus.message"),
      address: bothValues("sourceIPs[0]"),
      user_agent: bothValues("userAgent"),
      account: values("resourceId"),
      request_id: bothValues("auditID"),
      // One request is written once per stage, under one audit ID.
      event_id: [
        { join: [at("auditID"), at("stage")], with: "/", all: true },
        { join: [at("properties.log.auditID"), at("properties.log.stage")], with: "/", all: true },
        ...bothValues("auditID"),
      ],
    },
    outcomes: [
      ...both("responseStatus.code").map((path) => ({ path, oneOf: ["401", "403"], outcome: "denied" }) as const),
      ...both('annotations."authorization.k8s.io/decision"').map(
        (path) => ({ path, oneOf: ["forbid"], outcome: "denied" }) as const,
      ),
      ...both("responseStatus.code").map((path) => ({ path, atLeast: 400, outcome: "failure" }) as const),
      ...both("responseStatus.status").map((path) => ({ path, oneOf: ["Failure"], outcome: "failure" }) as const),
      ...both("responseStatus.code").map((path) => ({ path, outcome: "success" }) as const),
    ],
  },
  own: {
    namespace: at("objectRef.namespace"),
    resourceKind: at("objectRef.resource"),
    subresource: at("objectRef.subresource"),
    name: at("objectRef.name"),
    stage: at("stage"),
    level: at("level"),
    groups: at("user.groups"),
    decision: at('annotations."authorization.k8s.io/decision"'),
    reason: at('annotations."authorization.k8s.io/reason"'),
    statusCode: at("responseStatus.code"),
    requestObject: at("requestObject"),
  },
  testedOn: "real records",
};
