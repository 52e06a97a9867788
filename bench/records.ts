/** Records of the size and shape of a cloud's audit log, about 1.3 KB each, made from a number alone: fast and always equal. */
const ACTIONS = ["GetObject", "PutObject", "AssumeRole", "ListBuckets", "DescribeInstances", "CreateUser", "Decrypt"];
const SERVICES = ["storage", "storage", "identity", "storage", "compute", "identity", "keys"];
const REGIONS = ["eu-north-1", "eu-west-1", "us-east-1"];
const PADDING = "additional event data that a real record carries and no column takes ".repeat(8);
const START_MS = Date.UTC(2026, 0, 2);
/** Events a day, so that ten million span some months. */
const STEP_MS = 800;

/** Mixes a number so that neighbours have little in common. */
function mixed(value: number, salt: number): number {
  let hash = Math.imul(value ^ salt, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The line of an event without its line feed. Times ascend with an occasional step back, as logs have them. */
export function recordLine(index: number): string {
  const person = mixed(index, 1) % 40_000;
  const action = mixed(index, 2) % ACTIONS.length;
  const time = START_MS + index * STEP_MS - (mixed(index, 3) % 50 === 0 ? 5_000 : 0);
  const id = `${mixed(index, 4).toString(16)}-${index.toString(16)}`;
  const address = `198.51.${mixed(person, 5) % 256}.${mixed(person, 6) % 256}`;
  const failed = mixed(index, 7) % 20 === 0;
  return (
    `{"time":${time},"metadata":{"version":"1.3.0","uid":"${id}","product":{"name":"bench"}},"class_uid":6003,` +
    `"category_uid":6,"activity_id":2,"type_uid":600302,"severity_id":1,"status_id":${failed ? 2 : 1},` +
    `"status":"${failed ? "Failure" : "Success"}","actor":{"user":{"name":"person-${person}","uid":"u-${person}",` +
    `"type_id":1,"credential_uid":"key-${mixed(person, 8).toString(16)}"},"session":{"uid":"s-${mixed(index >> 6, 9).toString(16)}"}},` +
    `"api":{"operation":"${ACTIONS[action] ?? ""}","service":{"name":"${SERVICES[action] ?? ""}"},` +
    `"request":{"uid":"r-${mixed(index, 10).toString(16)}-${index}"},"response":{"code":${failed ? 403 : 200}}},` +
    `"resources":[{"type":"object","uid":"object/${mixed(index, 11) % 500_000}"}],"src_endpoint":{"ip":"${address}"},` +
    `"cloud":{"provider":"bench","account":{"uid":"account-${person % 12}"},"region":"${REGIONS[index % 3] ?? ""}"},` +
    `"http_request":{"http_method":"GET","url":{"path":"/v1/${ACTIONS[action] ?? ""}"},"user_agent":"client/${person % 90}.0"},` +
    `"unmapped":{"note":"${PADDING}"}}`
  );
}
