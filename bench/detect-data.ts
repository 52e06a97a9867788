import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";

import { Random } from "../core/selftest/random.ts";

const FILE_EVENTS = 100_000;
const SOURCES = 60;
const ACTIONS_PER_SOURCE = 14;

/** Names that published rules look for, so that they have something to find; one event in forty is one of these. */
const WATCHED: readonly (readonly [source: string, name: string])[] = [
  ["cloudtrail.amazonaws.com", "StopLogging"],
  ["cloudtrail.amazonaws.com", "DeleteTrail"],
  ["iam.amazonaws.com", "CreateAccessKey"],
  ["iam.amazonaws.com", "AttachUserPolicy"],
  ["iam.amazonaws.com", "CreateLoginProfile"],
  ["ec2.amazonaws.com", "CreateRoute"],
  ["ec2.amazonaws.com", "ModifySnapshotAttribute"],
  ["ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"],
  ["s3.amazonaws.com", "DeleteBucket"],
  ["s3.amazonaws.com", "ListBuckets"],
  ["sts.amazonaws.com", "AssumeRole"],
  ["signin.amazonaws.com", "ConsoleLogin"],
  ["guardduty.amazonaws.com", "CreateIPSet"],
  ["rds.amazonaws.com", "ModifyDBInstance"],
];

/** CloudTrail-like events of 840 kinds of acts by 4,000 identities, as NDJSON files of 100,000; always the same for a count. */
export async function writeTrail(folder: string, events: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = new Random(42);
  for (let written = 0; written < events;) {
    const stream = createWriteStream(join(folder, `part-${String(written).padStart(9, "0")}.jsonl`));
    const end = Math.min(written + FILE_EVENTS, events);
    for (; written < end; written += 1) {
      if (!stream.write(`${JSON.stringify(trailEvent(random, written))}\n`)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "close");
  }
}

function below(random: Random, limit: number): number {
  return Math.floor(random.fraction() * limit);
}

function trailEvent(random: Random, index: number): object {
  const kind = below(random, SOURCES);
  const watched = below(random, 40) === 0 ? WATCHED[below(random, WATCHED.length)] : undefined;
  const [eventSource, eventName] = watched ?? [
    `service${kind}.amazonaws.com`,
    `Act${kind * ACTIONS_PER_SOURCE + below(random, ACTIONS_PER_SOURCE)}`,
  ];
  const user = below(random, 4_000);
  const drawn = below(random, 40);
  const type = drawn === 0 ? "Root" : drawn < 4 ? "AWSService" : drawn < 14 ? "IAMUser" : "AssumedRole";
  return {
    eventVersion: "1.08",
    userIdentity: {
      type,
      principalId: `AIDA${String(user).padStart(16, "0")}`,
      arn: `arn:aws:iam::111122223333:user/user-${user}`,
      accountId: "111122223333",
      accessKeyId: `AKIA${String(user * 7).padStart(16, "0")}`,
      userName: `user-${user}`,
      sessionContext: { sessionIssuer: { type: "Role", arn: `arn:aws:iam::111122223333:role/role-${user % 90}` } },
    },
    eventTime: new Date(1_767_225_600_000 + index * 37).toISOString().replace(/\.\d{3}Z$/, "Z"),
    eventSource,
    eventName,
    awsRegion: ["us-east-1", "eu-west-1", "eu-central-1"][below(random, 3)],
    sourceIPAddress: `198.51.${below(random, 256)}.${below(random, 256)}`,
    userAgent: `aws-cli/2.${below(random, 20)}.${below(random, 30)} Python/3.11 Linux`,
    ...(below(random, 20) === 0 ? { errorCode: "AccessDenied", errorMessage: "not authorized to perform this" } : {}),
    requestParameters: {
      bucketName: `bucket-${below(random, 5_000)}`,
      key: `path/${index}/object`,
      maxKeys: below(random, 1_000),
    },
    responseElements: below(random, 3) === 0 ? { requestId: `r-${index}`, status: "ok" } : null,
    requestID: `${index}-5a1f`,
    eventID: `e-${index}`,
    readOnly: below(random, 2) === 0,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "111122223333",
  };
}
