/**
 * `custody/NNNN.dsse.json`: who had the bundle after the export. Each is an in-toto Statement v1 in a DSSE envelope, signed
 * by the person who received it or acted on it; its subject is the export description's payload, and `previous` the file
 * before it, so that an entry that is removed, moved or edited shows. What nothing pins is the last entry's existence.
 */
import { memberOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { STATEMENT_PATH } from "./layout.ts";
import { STATEMENT_TYPE } from "./statement.ts";

const CUSTODY_PREDICATE_TYPE = `${NAMESPACE}/custody/v1`;

/** The names are those of InvestigativeAction in CASE/UCO. */
export interface CustodyStatement {
  /** SHA-256 of the export description's payload bytes, hex. */
  readonly statementSha256: string;
  /** SHA-256 of the custody file before this one, hex; null for the first. */
  readonly previous: string | null;
  readonly action: string;
  /** RFC 3339. */
  readonly startTime: string;
  readonly endTime: string;
  readonly performer: string;
  readonly instrument: string;
  readonly location: string;
  readonly object: string;
  readonly result: string;
}

const TEXTS = ["action", "startTime", "endTime", "performer", "instrument", "location", "object", "result"] as const;

/** The payload bytes to sign; the payload type is in-toto's. */
export function formatCustodyStatement({ statementSha256, ...predicate }: CustodyStatement): Uint8Array {
  const statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: STATEMENT_PATH, digest: { sha256: statementSha256 } }],
    predicateType: CUSTODY_PREDICATE_TYPE,
    predicate,
  };
  return encodeUtf8(JSON.stringify(statement));
}

/** Reads a payload; otherwise says in a few words what is wrong with it. */
export function parseCustodyStatement(payload: Uint8Array): CustodyStatement | string {
  const { value, problems } = parseStrictJson(payload);
  const [problem] = problems;
  if (problem !== undefined) return problem.message;
  if (memberOf(value, "_type") !== STATEMENT_TYPE) return "not an in-toto Statement v1";
  if (memberOf(value, "predicateType") !== CUSTODY_PREDICATE_TYPE) return "another predicate type";
  const subjects = memberOf(value, "subject");
  const [subject, ...more] = Array.isArray(subjects) ? (subjects as readonly JsonValue[]) : []; // Array.isArray does not narrow a readonly array type
  const statementSha256 = memberOf(memberOf(subject, "digest"), "sha256");
  if (typeof statementSha256 !== "string" || more.length > 0) return "not one subject with a SHA-256";
  const predicate = memberOf(value, "predicate");
  const previous = memberOf(predicate, "previous");
  if (typeof previous !== "string" && previous !== null) return "no digest of the entry before";
  const texts = TEXTS.map((name) => {
    const text = memberOf(predicate, name);
    return typeof text === "string" ? text : "";
  });
  const [
    action = "",
    startTime = "",
    endTime = "",
    performer = "",
    instrument = "",
    location = "",
    object = "",
    result = "",
  ] = texts;
  return { statementSha256, previous, action, startTime, endTime, performer, instrument, location, object, result };
}
