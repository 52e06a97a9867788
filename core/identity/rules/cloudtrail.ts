import { type IdentityRules } from "../rule.ts";
import { cloudtrailDerived, cloudtrailFields, cloudtrailTelling } from "./cloudtrail-fields.ts";
import { cloudtrailGiven } from "./cloudtrail-given.ts";
import { cloudtrailClaims, cloudtrailMeetings } from "./cloudtrail-links.ts";
import { cloudtrailActor, cloudtrailNames } from "./cloudtrail-names.ts";

/**
 * AWS CloudTrail: rules 1 to 25 of docs/identities.md. Field meanings are those of the CloudTrail user guide,
 * "userIdentity element", and of the IAM user guide, "logging IAM and AWS STS API calls". The session token of an answer
 * is never read.
 */
export const cloudtrail: IdentityRules = {
  sources: ["cloudtrail"],
  fields: cloudtrailFields,
  telling: cloudtrailTelling,
  derived: cloudtrailDerived,
  names: { ...cloudtrailNames, ...cloudtrailGiven },
  actor: cloudtrailActor,
  claims: cloudtrailClaims,
  meetings: cloudtrailMeetings,
};
