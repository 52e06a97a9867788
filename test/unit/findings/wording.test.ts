import { describe, expect, it } from "vitest";

import { lintWording } from "../../../core/findings/wording.ts";

const rulesIn = (text: string, findingClass: "fact" | "tool-result" | "opinion" = "opinion"): readonly string[] =>
  lintWording(text, findingClass).map(({ rule }) => rule);

describe("the wording of a finding", () => {
  it.each([
    ["The log is tamper-proof.", "absolute-protection"],
    ["A military grade store.", "absolute-protection"],
    ["The tool is CERTIFIED.", "absolute-protection"],
    ["This is the complete log of the day.", "complete-log"],
    ["The bundle is authentic.", "authentic"],
    ["The user deleted the role.", "person-for-account"],
    ["The user ran it.", "person-for-account"],
    ["It happened at 10:02.", "clock-time"],
    ["This proves it.", "certainty"],
    ["Clearly a login.", "certainty"],
    ["The hacker came back.", "accusation"],
    ["An immutable store.", "absolute-protection"],
    ["All events were logged.", "complete-log"],
    ["The export is genuine.", "authentic"],
    ["The administrator then disabled the trail.", "person-for-account"],
    ["She had deleted the role.", "person-for-account"],
    ["It was changed at around 10:02:11.5.", "clock-time"],
    ["The proxy must have been used.", "certainty"],
    ["Beyond reasonable doubt a login.", "certainty"],
    ["A malicious insider is at work.", "accusation"],
    ["The account's holder is guilty.", "accusation"],
    ["The culprits were two.", "accusation"],
    ["The run had no false positives.", "error-free"],
    ["A rate of 0 % error.", "error-free"],
  ])("%s is put differently", (text, rule) => {
    expect(rulesIn(text)).toEqual([rule]);
  });

  it("marks every form of an accusing verb, in statements of every class", () => {
    const forms =
      "stole stolen steals stealing theft thefts hacked hacking hacks exfiltrated exfiltrates sabotaged falsified forged " +
      "breached abused misused embezzled defrauded fraud fraudulently conspired colluded extorted spied lied cheated " +
      "malicious maliciously illegally unlawful tampered";
    for (const form of forms.split(" ")) {
      for (const kind of ["fact", "tool-result", "opinion"] as const) {
        expect([form, rulesIn(`The account ${form} it.`, kind)]).toEqual([form, ["accusing-act"]]);
      }
    }
  });

  it("lets a proposition say what is weighed against another, and not who is guilty", () => {
    expect(lintWording("The token was stolen and misused.", "weighed")).toEqual([]);
    expect(lintWording("The suspect had the token.", "weighed").map(({ phrase }) => phrase)).toEqual(["suspect"]);
  });

  it("marks a phrase within a longer one once", () => {
    expect(lintWording("a malicious insider", "fact").map(({ phrase }) => phrase)).toEqual(["malicious insider"]);
  });

  it.each([
    "An event recorded by CloudTrail attributes DeleteRole to account 1234.",
    "The user agent of the session was aws-cli.",
    "Recorded time 10:02:11Z; the accuracy of the clock was not verified.",
    "The authentication succeeded with an unproven-looking token.",
    "The user named ines.calder signed in, and the user based in Bristol is listed.",
    "CreateUser for malicious-iam-user, from hack.example.com, by arn:aws:iam::1:user/thief, was denied.",
    "The steel mill hackathon ran at the Fraudenheim site; the record lies at byte 5 and covers 3 h.",
    "The tamper-evident log has an improved seal; the approved change is approximate.",
    "Records show an illegal argument error, an abuse desk address, and the crimson theme.",
    "The certificate was read at 10:02:11Z and again at 10:02 UTC.",
    'The record names “suspect” and `hacker` and "proves".',
  ])("%s stays", (text) => {
    expect(rulesIn(text)).toEqual([]);
  });

  it("finds words of opinion in a fact only", () => {
    const text = "The key was probably used from elsewhere, which is consistent with a proxy.";
    expect(rulesIn(text, "fact")).toEqual(["opinion-in-fact", "opinion-in-fact"]);
    expect(rulesIn(text, "opinion")).toEqual([]);
    expect(rulesIn(text, "tool-result")).toEqual([]);
  });

  it("says where a phrase stands, across lines and after a quotation", () => {
    const text = 'The record says "proves".\nThis is forensically\nsound.';
    expect(lintWording(text, "fact")).toMatchObject([{ phrase: "forensically\nsound", start: 34, end: 52 }]);
    expect(text.slice(34, 52)).toBe("forensically\nsound");
  });
});
