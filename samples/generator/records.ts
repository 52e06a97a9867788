import { createHash } from "node:crypto";

import { ADDRESSES, AGENTS, type Identity } from "./cast.ts";

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A record before it has its number, its salt and its place in the log. */
export interface Draft {
  readonly timeMs: number;
  /** Which part of the platform wrote it. */
  readonly node: "gateway" | "identity" | "ci";
  readonly body: Readonly<Record<string, Json>>;
}

/** How an identity acts: what it signs with, from where and with which program. */
export interface Actor {
  readonly identity: Identity;
  readonly credential?: string;
  readonly session?: string;
  readonly address: string;
  readonly agent: string;
}

export interface Request {
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly resource: { readonly type: string; readonly uid: string };
  readonly code: number;
  /** Why it was refused or failed. */
  readonly error?: string;
  /** Texts whose digests stand in the record; the texts themselves are invented and not kept. */
  readonly requestBody?: string;
  readonly responseBody?: string;
  readonly more?: Readonly<Record<string, Json>>;
}

/** OCSF API Activity (class 6003). */
export function apiActivity(timeMs: number, actor: Actor, request: Request): Draft {
  const activity = { GET: 2, POST: 1, PUT: 3, PATCH: 3, DELETE: 4 }[request.method];
  return {
    timeMs,
    node: request.operation.startsWith("ci.") ? "ci" : "gateway",
    body: {
      ...classOf(6003, "API Activity", activity, ["", "Create", "Read", "Update", "Delete"][activity] ?? "Other"),
      ...statusOf(request.code, request.error),
      actor: actorOf(actor),
      api: {
        operation: request.operation,
        service: { name: request.operation.split(".")[0] ?? "" },
        response: { code: request.code },
      },
      resources: [request.resource],
      ...endpointsOf(actor),
      http_request: { http_method: request.method, url: { path: request.path }, user_agent: actor.agent },
      ...exchangeOf(request),
    },
  };
}

/** OCSF Authentication (class 3002). */
export function authentication(
  timeMs: number,
  actor: Actor,
  outcome: { readonly action: "Logon" | "Logoff"; readonly mfa: boolean; readonly error?: string },
): Draft {
  const { session, identity } = actor;
  return {
    timeMs,
    node: "identity",
    body: {
      ...classOf(3002, "Authentication", outcome.action === "Logon" ? 1 : 2, outcome.action),
      ...statusOf(outcome.error ? 401 : 200, outcome.error),
      user: userOf(identity),
      actor: actorOf(actor),
      is_mfa: outcome.mfa,
      auth_protocol: "password",
      api: { operation: outcome.action === "Logon" ? "session.sign-in" : "session.sign-out" },
      service: { name: identity.kind === "customer" ? "storefront" : "workplace" },
      ...(session && !outcome.error ? { session: { uid: session } } : {}),
      ...endpointsOf(actor),
      http_request: { user_agent: actor.agent },
    },
  };
}

/** OCSF Account Change (class 3001): a role, password or key of an account. */
export function accountChange(
  timeMs: number,
  actor: Actor,
  change: {
    readonly activity: readonly [id: number, name: string];
    readonly operation: string;
    readonly target: Identity;
    readonly policy?: string;
    readonly code: number;
    readonly error?: string;
  },
): Draft {
  return {
    timeMs,
    node: "identity",
    body: {
      ...classOf(3001, "Account Change", change.activity[0], change.activity[1]),
      ...statusOf(change.code, change.error),
      actor: actorOf(actor),
      api: { operation: change.operation, service: { name: "identity" }, response: { code: change.code } },
      user: userOf(change.target),
      ...(change.policy ? { policy: { name: change.policy } } : {}),
      ...endpointsOf(actor),
      http_request: { user_agent: actor.agent },
    },
  };
}

/** OCSF Entity Management (class 3004): a setting before and after. */
export function settingChange(
  timeMs: number,
  actor: Actor,
  change: {
    readonly operation: string;
    readonly activity: "Read" | "Update";
    readonly entity: string;
    readonly before?: Json;
    readonly after?: Json;
    readonly code: number;
    readonly error?: string;
  },
): Draft {
  const entity = { name: change.entity, type: "setting" };
  return {
    timeMs,
    node: "gateway",
    body: {
      ...classOf(3004, "Entity Management", change.activity === "Read" ? 2 : 3, change.activity),
      ...statusOf(change.code, change.error),
      actor: actorOf(actor),
      api: { operation: change.operation, service: { name: "settings" }, response: { code: change.code } },
      entity: change.before === undefined ? entity : { ...entity, data: change.before },
      ...(change.after === undefined ? {} : { entity_result: { ...entity, data: change.after } }),
      ...endpointsOf(actor),
      http_request: { user_agent: actor.agent },
    },
  };
}

function classOf(uid: number, name: string, activity: number, activityName: string): Record<string, Json> {
  return {
    class_uid: uid,
    class_name: name,
    category_uid: Math.floor(uid / 1000),
    activity_id: activity,
    activity_name: activityName,
    type_uid: uid * 100 + activity,
    severity_id: 1,
  };
}

function statusOf(code: number, error: string | undefined): Record<string, Json> {
  if (code < 400) return { status_id: 1, status: "Success" };
  return { status_id: 2, status: "Failure", status_code: String(code), status_detail: error ?? `status ${code}` };
}

function actorOf({ identity, credential, session }: Actor): Json {
  const user = userOf(identity);
  return {
    user: credential === undefined ? user : { ...user, credential_uid: credential },
    ...(session === undefined ? {} : { session: { uid: session } }),
  };
}

function userOf(identity: Identity): Readonly<Record<string, Json>> {
  const [id, type] =
    identity.role === "platform-admin" ? [2, "Admin"] : identity.kind === "service" ? [3, "System"] : [1, "User"];
  return { name: identity.name, uid: identity.uid, type_id: id, type };
}

function endpointsOf({ address }: Actor): Record<string, Json> {
  return {
    src_endpoint: { ip: address },
    cloud: { provider: "Marrowbridge", account: { uid: "marrowbridge-live" }, region: "eu-north" },
  };
}

function exchangeOf({ requestBody, responseBody, more }: Request): Record<string, Json> {
  const unmapped: Record<string, Json> = { ...more };
  if (requestBody !== undefined) unmapped["request_sha256"] = sha256(requestBody);
  if (responseBody !== undefined) unmapped["response_sha256"] = sha256(responseBody);
  return Object.keys(unmapped).length === 0 ? {} : { unmapped };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A person at a browser in the office or at home. */
export function atBrowser(identity: Identity, session: string, address: string = ADDRESSES.office): Actor {
  return { identity, session, address, agent: AGENTS.browsers[2] };
}
