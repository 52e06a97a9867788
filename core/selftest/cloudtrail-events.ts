import { type Random } from "./random.ts";

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Where an event happened. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

const CALLS = [
  ["ec2.amazonaws.com", "DescribeInstances", true],
  ["s3.amazonaws.com", "GetObject", true],
  ["s3.amazonaws.com", "PutObject", false],
  ["sts.amazonaws.com", "GetCallerIdentity", true],
  ["lambda.amazonaws.com", "Invoke", false],
  ["kms.amazonaws.com", "Decrypt", true],
  ["dynamodb.amazonaws.com", "Query", true],
  ["logs.amazonaws.com", "CreateLogStream", false],
] as const;
const USERS = ["ines.calder", "tomasz.brandl", "svc-reports", "svc-billing"] as const;
const AGENTS = ["aws-cli/2.34.60", "Boto3/1.42.1", "aws-sdk-java/2.38.9"] as const;

/** One management or data event of an invented account. */
export function cloudTrailEvent(random: Random, time: number, place: Place): Json {
  const [source, name, readOnly] = random.pick(CALLS);
  return eventOf(random, time, place, { source, name, readOnly, parameters: null });
}

/** The event of a trail that is switched. */
export function trailSwitch(random: Random, time: number, place: Place, name: string, trail: string): Json {
  return eventOf(random, time, place, {
    source: "cloudtrail.amazonaws.com",
    name,
    readOnly: false,
    parameters: { name: trail },
  });
}

interface Call {
  readonly source: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly parameters: Json;
}

function eventOf(random: Random, time: number, { account, region }: Place, call: Call): Json {
  const user = random.pick(USERS);
  const denied = random.chance(0.08);
  return {
    eventVersion: "1.11",
    userIdentity: {
      type: "IAMUser",
      principalId: `AIDA${user
        .toUpperCase()
        .replaceAll(/[^A-Z]/g, "")
        .padEnd(12, "X")
        .slice(0, 12)}`,
      arn: `arn:aws:iam::${account}:user/${user}`,
      accountId: account,
      accessKeyId: `AKIA${user
        .toUpperCase()
        .replaceAll(/[^A-Z]/g, "")
        .padEnd(12, "K")
        .slice(0, 12)}`,
      userName: user,
    },
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: call.source,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: `192.0.2.${random.between(10, 60)}`,
    userAgent: random.pick(AGENTS),
    ...(denied ? { errorCode: "AccessDenied", errorMessage: "User is not authorized to perform this action" } : {}),
    requestParameters: call.parameters,
    responseElements: null,
    requestID: uuid(random),
    eventID: uuid(random),
    readOnly: call.readOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: "Management",
  };
}

function uuid(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
