/** What each rule takes as proof, in words; docs/identities.md says more. Numbers are those of the CloudTrail rules. */
const RULE_TEXTS: Readonly<Record<string, string>> = {
  alias: "one record names both",
  "1": "the key in the answer of the issuing call is the key that was used later, while it was good",
  "2": "role id and session name of the answer are those of the session, which began within two seconds",
  "3": "the session's issuer is the role, by its unique id",
  "4": "the record of the session names the key, and the session name that the caller chose",
  "5": "the caller of the issuing call was a role session itself",
  "6": "the source identity that was set on the session; it cannot be changed along a chain",
  "7": "one record names the key and its user, or the answer that made the key does",
  "8": "the record names the account and a session of its own",
  "9": "the federated user's issuer is this account",
  "10": "the SAML provider attested the subject",
  "11": "the web identity provider attested the subject",
  "12": "the same web identity token was given and used",
  "13": "two accounts recorded the same call, by its shared event id",
  "14": "the other account's record names the caller by its unique id alone",
  "15": "the call was forwarded by a service, with the caller's rights",
  "16": "the role session was issued to the instance whose id is its name",
  "17": "the role session was issued to the workload whose name it bears",
  "18": "the session began within two seconds of the sign-in of the same account",
  "19": "keys of the same account and session start belong to one session",
  "20": "the sign-in was done with the role session",
  "21": "the record of the switch names the identity before it",
  "22": "a sign-in token was asked for shortly before, by the same role session",
  "23": "the record names the user of the identity centre it is done for",
  "24": "the session was issued with this tag",
  "25": "the role was asked for and refused",
  "26": "the same address and program, other principals",
  created: "the answer of the call names what it made",
  granted: "the call gave rights to it",
  mail: "accounts of different systems with the same e-mail address",
  hand: "decided by the analyst",
};

/** What a rule takes as proof. */
export function ruleText(rule: string): string {
  return RULE_TEXTS[rule] ?? rule;
}
