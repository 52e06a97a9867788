import { type Framework } from "../../model/case-details.ts";
import { type Control } from "./control.ts";

/** Version of this table; it changes with every line of it. */
export const CONTROLS_VERSION = "2026-11-2";

/** Full names, with the edition that the numbers are taken from. */
export const FRAMEWORK_NAMES: Readonly<Record<Framework, string>> = {
  "soc-2": "SOC 2, Trust Services Criteria 2017 (points of focus 2022)",
  "iso-27001": "ISO/IEC 27001:2022, Annex A",
  "nist-800-53": "NIST SP 800-53 Rev. 5",
  "pci-dss": "PCI DSS 4.0.1",
  "nist-csf": "NIST CSF 2.0",
};

const SHOWS_RECORDING = "shows that acts were recorded, not that anybody watched";
const THIS_CASE = "this case only";

/** What records can say to which control. */
export const CONTROLS: readonly Control[] = [
  {
    framework: "soc-2",
    control: "CC6.1 to CC6.3",
    claim: "Changes of access are recorded",
    fact: "access-changes",
    ceiling: "that they were approved, and that none was left out of the log",
  },
  {
    framework: "soc-2",
    control: "CC7.1",
    claim: "Changes of configuration are recorded with the account behind them",
    fact: "configuration-changes",
    ceiling: "whether changes were detected in time",
  },
  {
    framework: "soc-2",
    control: "CC7.2",
    claim: "Systems are monitored: the log has no unexplained gap",
    fact: "gaps",
    ceiling: SHOWS_RECORDING,
  },
  {
    framework: "soc-2",
    control: "CC7.2",
    claim: "Records are looked through for anomalies",
    fact: "rule-hits",
    ceiling: "rules that were run for this report; not that anybody ran them in the period",
  },
  {
    framework: "soc-2",
    control: "CC7.3 to CC7.5",
    claim: "Events are evaluated and answered",
    fact: "custody",
    ceiling: THIS_CASE,
  },
  {
    framework: "soc-2",
    control: "CC4.1",
    claim: "Controls are evaluated over the period",
    fact: null,
    ceiling: "needs policy, interviews and sampling",
  },
  {
    framework: "soc-2",
    control: "CC8.1",
    claim: "Changes are approved before they are made",
    fact: null,
    ceiling: "no field of an approver is read from records; needs the tickets of the changes",
  },
  {
    framework: "iso-27001",
    control: "A.5.25 to A.5.27",
    claim: "Incidents are assessed, answered and learnt from",
    fact: "custody",
    ceiling: "the examination in this case; not what the organisation decided and learnt",
  },
  {
    framework: "iso-27001",
    control: "A.5.28",
    claim: "Evidence is collected and preserved by a procedure",
    fact: "custody",
    ceiling: "the procedure followed in this case, not the organisation's",
  },
  {
    framework: "iso-27001",
    control: "A.5.33",
    claim: "Records are protected from change",
    fact: "alteration-checks",
    ceiling: "the exported records only",
  },
  {
    framework: "iso-27001",
    control: "A.8.15",
    claim: "Records name account, act, time, object and place",
    fact: "content-of-records",
    ceiling: "that every activity was recorded",
  },
  {
    framework: "iso-27001",
    control: "A.8.16",
    claim: "Networks, systems and applications are monitored",
    fact: "rule-hits",
    ceiling: "rules that were run for this report; needs evidence of who watched and answered",
  },
  {
    framework: "iso-27001",
    control: "A.8.17",
    claim: "Clocks agree",
    fact: "times-of-records",
    ceiling: "the state of any clock; only the order of recorded times is measured",
  },
  {
    framework: "iso-27001",
    control: "A.5.18, A.8.2",
    claim: "Access rights and privileged access change under record",
    fact: "access-changes",
    ceiling: "that the rights were right",
  },
  {
    framework: "nist-800-53",
    control: "AU-3",
    claim: "Records hold what, when, where, source, outcome and identity",
    fact: "content-of-records",
    ceiling: "types of event that the export left out",
  },
  {
    framework: "nist-800-53",
    control: "AU-8",
    claim: "Records carry time stamps",
    fact: "times-of-records",
    ceiling: "the accuracy of the clock behind them",
  },
  {
    framework: "nist-800-53",
    control: "AU-9(3)",
    claim: "Integrity of audit information is protected cryptographically",
    fact: "alteration-checks",
    ceiling: "custody of the log's key before the export",
  },
  {
    framework: "nist-800-53",
    control: "AU-10",
    claim: "Acts cannot be denied by those who did them",
    fact: "signatures",
    ceiling: "the signature is the log operator's: it does not bind an end user to an act",
  },
  {
    framework: "nist-800-53",
    control: "AU-11",
    claim: "Records are kept",
    fact: "span",
    ceiling: "the least that was kept, not the retention policy",
  },
  {
    framework: "nist-800-53",
    control: "AU-6, AU-12",
    claim: "Records are generated and reviewed",
    fact: "configuration-changes",
    ceiling: SHOWS_RECORDING,
  },
  {
    framework: "nist-800-53",
    control: "IR-4, IR-5",
    claim: "Incidents are handled and tracked",
    fact: "custody",
    ceiling: THIS_CASE,
  },
  {
    framework: "pci-dss",
    control: "10.2.1.x",
    claim: "The named kinds of event are recorded",
    fact: "access-changes",
    ceiling: "whether the system is in scope, and that every kind is recorded",
  },
  {
    framework: "pci-dss",
    control: "10.2.2",
    claim: "Records hold the six named fields",
    fact: "content-of-records",
    ceiling: "only for systems in scope",
  },
  {
    framework: "pci-dss",
    control: "10.3.2, 10.3.4",
    claim: "Changes of audit logs are detected",
    fact: "alteration-checks",
    ceiling: "detection after the fact, not alerting",
  },
  {
    framework: "pci-dss",
    control: "10.4.1",
    claim: "Logs are reviewed daily",
    fact: null,
    ceiling: "no record of an API log shows a review",
  },
  {
    framework: "pci-dss",
    control: "10.5.1",
    claim: "Logs are kept for twelve months",
    fact: "span",
    ceiling: "the span of this export; a longer one may exist",
  },
  {
    framework: "pci-dss",
    control: "10.6.x",
    claim: "Time is synchronised",
    fact: "times-of-records",
    ceiling: "the state of any time server",
  },
  {
    framework: "nist-csf",
    control: "RS.AN-06",
    claim: "What responders do is recorded, and the records' integrity kept",
    fact: "custody",
    ceiling: THIS_CASE,
  },
  {
    framework: "nist-csf",
    control: "RS.AN-07",
    claim: "Incident data is collected with its provenance and integrity",
    fact: "alteration-checks",
    ceiling: "what was exported before it was received",
  },
  {
    framework: "nist-csf",
    control: "DE.CM-03, DE.CM-09",
    claim: "Activity of accounts and services is monitored",
    fact: "sign-ins",
    ceiling: SHOWS_RECORDING,
  },
];
