import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { parsePublicKeyList } from "../../../core/signing/public-key-list.ts";
import { lakeExport, lakeKeyList } from "../../support/lake-export.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const TRUST = { ...NO_TRUST, publicKeys: parsePublicKeyList(lakeKeyList()) };
/** Columns of CloudTrail's own events, with a row as Java prints it, whose user agent looks like one more member. */
const COLUMNS = `# Execution Time: 2026-09-15 00:00:00 UTC, bytes scanned: 12
eventid,eventversion,eventtime,eventsource,eventname,awsregion,sourceipaddress,useridentity,useragent,errorcode
a1,1.08,2026-09-14 05:00:00.000,s3.amazonaws.com,GetObject,eu-west-1,192.0.2.1,"{type=IAMUser, principalid=AIDA1, arn=arn:aws:iam::123456789012:user/alice, sessioncontext={attributes={creationdate=null}}}","curl, arn=other",
a2,1.08,2026-09-14 05:00:01.000,s3.amazonaws.com,PutObject,eu-west-1,192.0.2.1,"{type=Root, principalid=1, arn=arn:aws:iam::123456789012:root, arn=arn:aws:iam::1:user/forged}",cli,AccessDenied
`;
/** Events from outside of AWS, one value each: as Java prints it, over two lines, and as JSON. */
const EVENT_DATA = `# Execution Time: 2026-09-15
eventID,eventData
b1,"{version=1.0, useridentity={type=partner, principalid=bob, details=two\nlines}, eventtime=2026-09-14T05:00:02Z, eventname=Login, eventsource=idp.example.com, uid=u1, requestparameters={policy={""Version"": 1}, path=/}}"
b2,"{""version"":""1.0"",""userIdentity"":{""type"":""partner"",""principalId"":""carol""},""eventTime"":""2026-09-14T05:00:03Z"",""eventName"":""Logout"",""eventSource"":""idp.example.com"",""UID"":""u2""}"
`;

let bench: CaseBench;
let folder: string;
beforeEach(async () => {
  bench = await caseBench();
  folder = await mkdtemp(join(tmpdir(), "assay-lake-"));
});
afterEach(async () => {
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

async function imported(files: ReadonlyMap<string, Buffer>) {
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  const result = await importEvidence(bench.session, folder, { trust: TRUST });
  const rows = await bench.session.caseFile.query(
    sql`SELECT source, time_recorded, principal, action, service, address, outcome, event_id, verdict FROM timeline_event ORDER BY seq`,
  );
  return { result, rows: rows.map((row) => Object.values(row)) };
}

test("imports query results of CloudTrail Lake: every row below comments and column names is an event, and proven", async () => {
  const { result, rows } = await imported(lakeExport([COLUMNS, EVENT_DATA]));
  expect(result).toMatchObject({ records: 4, events: 4, undated: 0, problems: [], verdict: "verified" });
  expect(rows).toEqual([
    [
      ...["cloudtrail", "2026-09-14 05:00:00.000", "arn:aws:iam::123456789012:user/alice", "GetObject"],
      ...["s3.amazonaws.com", "192.0.2.1", "success", "a1", "verified"],
    ],
    [
      ...["cloudtrail", "2026-09-14 05:00:01.000", "arn:aws:iam::123456789012:root", "PutObject"],
      ...["s3.amazonaws.com", "192.0.2.1", "denied", "a2", "verified"],
    ],
    [
      ...["cloudtrail-lake", "2026-09-14T05:00:02Z", "bob", "Login"],
      ...["idp.example.com", null, "success", "u1", "verified"],
    ],
    [
      ...["cloudtrail-lake", "2026-09-14T05:00:03Z", "carol", "Logout"],
      ...["idp.example.com", null, "success", "u2", "verified"],
    ],
  ]);
  expect(Buffer.from(await bench.session.caseFile.readRecord(2)).toString()).toMatch(
    /^b1,"[^]*two\nlines[^]*path=\/\}\}"$/,
  );
});

test("marks the rows of a result file that is not the one that was signed", async () => {
  const files = lakeExport([COLUMNS, EVENT_DATA]);
  files.set("result_1.csv.gz", lakeExport([COLUMNS.replace("alice", "mallory")]).get("result_1.csv.gz") ?? Buffer.of());
  const { result, rows } = await imported(files);
  expect(result).toMatchObject({ records: 4, verdict: "altered" });
  expect(rows.map((row) => row.at(-1))).toEqual(["altered", "altered", "verified", "verified"]);
});

test("keeps a result file that cannot be unpacked, without rows, and says that it is altered", async () => {
  const files = lakeExport([COLUMNS, EVENT_DATA]);
  files.set("result_2.csv.gz", (files.get("result_2.csv.gz") ?? Buffer.of()).subarray(0, 60));
  const { result } = await imported(files);
  expect(result).toMatchObject({ records: 2, verdict: "altered" });
});
