/**
 * Tactics and techniques of MITRE ATT&CK for Enterprise, version 19, as far as rules for clouds and APIs name them. Version
 * 19 parted "Defense Evasion" in "Stealth" and "Defense Impairment"; rules written before still name the older tactic.
 */
const TACTICS = {
  reconnaissance: "Reconnaissance",
  "resource-development": "Resource development",
  "initial-access": "Initial access",
  execution: "Execution",
  persistence: "Persistence",
  "privilege-escalation": "Privilege escalation",
  stealth: "Stealth",
  "defense-impairment": "Defense impairment",
  "defense-evasion": "Defense evasion, before version 19",
  "credential-access": "Credential access",
  discovery: "Discovery",
  "lateral-movement": "Lateral movement",
  collection: "Collection",
  "command-and-control": "Command and control",
  exfiltration: "Exfiltration",
  impact: "Impact",
} as const;
type Tactic = keyof typeof TACTICS;

const STEALTH: readonly Tactic[] = ["stealth", "defense-evasion"];
const IMPAIRMENT: readonly Tactic[] = ["defense-impairment", "defense-evasion"];
const ACCOUNTS: readonly Tactic[] = ["initial-access", "persistence", "privilege-escalation", ...STEALTH];
const MANIPULATION: readonly Tactic[] = ["persistence", "privilege-escalation"];

/** Name of a technique, and the tactics that it serves; its parts serve the same unless they stand here themselves. */
const TECHNIQUES: Readonly<Record<string, readonly [name: string, tactics: readonly Tactic[]]>> = {
  T1003: ["OS credential dumping", ["credential-access"]],
  T1005: ["Data from local system", ["collection"]],
  T1020: ["Automated exfiltration", ["exfiltration"]],
  T1021: ["Remote services", ["lateral-movement"]],
  "T1021.004": ["SSH", ["lateral-movement"]],
  "T1021.007": ["Cloud services", ["lateral-movement"]],
  T1036: ["Masquerading", STEALTH],
  "T1036.005": ["Match legitimate resource name or location", STEALTH],
  T1048: ["Exfiltration over alternative protocol", ["exfiltration"]],
  T1053: ["Scheduled task or job", ["execution", "persistence", "privilege-escalation"]],
  "T1053.003": ["Cron", ["execution", "persistence", "privilege-escalation"]],
  T1059: ["Command and scripting interpreter", ["execution"]],
  "T1059.001": ["PowerShell", ["execution"]],
  "T1059.003": ["Windows command shell", ["execution"]],
  "T1059.004": ["Unix shell", ["execution"]],
  "T1059.009": ["Cloud API", ["execution"]],
  T1069: ["Permission groups discovery", ["discovery"]],
  "T1069.003": ["Cloud groups", ["discovery"]],
  T1070: ["Indicator removal", STEALTH],
  T1074: ["Data staged", ["collection"]],
  T1078: ["Valid accounts", ACCOUNTS],
  "T1078.002": ["Domain accounts", ACCOUNTS],
  "T1078.004": ["Cloud accounts", ACCOUNTS],
  T1082: ["System information discovery", ["discovery"]],
  T1087: ["Account discovery", ["discovery"]],
  "T1087.004": ["Cloud account", ["discovery"]],
  T1090: ["Proxy", ["command-and-control"]],
  T1098: ["Account manipulation", MANIPULATION],
  "T1098.001": ["Additional cloud credentials", MANIPULATION],
  "T1098.003": ["Additional cloud roles", MANIPULATION],
  "T1098.005": ["Device registration", MANIPULATION],
  T1110: ["Brute force", ["credential-access"]],
  "T1110.001": ["Password guessing", ["credential-access"]],
  "T1110.003": ["Password spraying", ["credential-access"]],
  "T1110.004": ["Credential stuffing", ["credential-access"]],
  T1114: ["Email collection", ["collection"]],
  "T1114.003": ["Email forwarding rule", ["collection"]],
  T1136: ["Create account", ["persistence"]],
  "T1136.003": ["Cloud account", ["persistence"]],
  T1140: ["Deobfuscate or decode files or information", STEALTH],
  T1190: ["Exploit public-facing application", ["initial-access"]],
  T1195: ["Supply chain compromise", ["initial-access"]],
  "T1195.001": ["Compromise software dependencies and development tools", ["initial-access"]],
  T1199: ["Trusted relationship", ["initial-access"]],
  T1213: ["Data from information repositories", ["collection"]],
  "T1213.003": ["Code repositories", ["collection"]],
  T1484: ["Domain or tenant policy modification", [...IMPAIRMENT, "privilege-escalation"]],
  "T1484.002": ["Trust modification", [...IMPAIRMENT, "privilege-escalation"]],
  T1485: ["Data destruction", ["impact"]],
  T1486: ["Data encrypted for impact", ["impact"]],
  T1489: ["Service stop", ["impact"]],
  T1490: ["Inhibit system recovery", ["impact"]],
  T1496: ["Resource hijacking", ["impact"]],
  T1498: ["Network denial of service", ["impact"]],
  T1525: ["Implant internal image", ["persistence"]],
  T1526: ["Cloud service discovery", ["discovery"]],
  T1528: ["Steal application access token", ["credential-access"]],
  T1531: ["Account access removal", ["impact"]],
  T1535: ["Unused or unsupported cloud regions", STEALTH],
  T1537: ["Transfer data to cloud account", ["exfiltration"]],
  T1548: ["Abuse elevation control mechanism", ["privilege-escalation", "defense-evasion"]],
  "T1548.005": ["Temporary elevated cloud access", ["privilege-escalation", "defense-evasion"]],
  T1550: ["Use alternate authentication material", ["lateral-movement", "defense-evasion"]],
  "T1550.001": ["Application access token", ["lateral-movement", "defense-evasion"]],
  T1552: ["Unsecured credentials", ["credential-access"]],
  "T1552.001": ["Credentials in files", ["credential-access"]],
  "T1552.007": ["Container API", ["credential-access"]],
  T1555: ["Credentials from password stores", ["credential-access"]],
  "T1555.006": ["Cloud secrets management stores", ["credential-access"]],
  T1556: ["Modify authentication process", ["credential-access", "persistence", ...IMPAIRMENT]],
  "T1556.006": ["Multi-factor authentication", ["credential-access", "persistence", ...IMPAIRMENT]],
  "T1562.008": ["Disable or modify cloud logs", ["defense-evasion"]],
  T1565: ["Data manipulation", ["impact"]],
  "T1565.001": ["Stored data manipulation", ["impact"]],
  T1566: ["Phishing", ["initial-access"]],
  "T1566.001": ["Spearphishing attachment", ["initial-access"]],
  "T1566.002": ["Spearphishing link", ["initial-access"]],
  T1567: ["Exfiltration over web service", ["exfiltration"]],
  "T1567.001": ["Exfiltration to code repository", ["exfiltration"]],
  T1573: ["Encrypted channel", ["command-and-control"]],
  T1578: ["Modify cloud compute infrastructure", IMPAIRMENT],
  "T1578.003": ["Delete cloud instance", IMPAIRMENT],
  "T1578.005": ["Modify cloud compute configurations", IMPAIRMENT],
  T1580: ["Cloud infrastructure discovery", ["discovery"]],
  T1586: ["Compromise accounts", ["resource-development"]],
  "T1586.003": ["Cloud accounts", ["resource-development"]],
  T1589: ["Gather victim identity information", ["reconnaissance"]],
  T1591: ["Gather victim organization information", ["reconnaissance"]],
  "T1591.004": ["Identify roles", ["reconnaissance"]],
  T1606: ["Forge web credentials", ["credential-access"]],
  T1608: ["Stage capabilities", ["resource-development"]],
  "T1608.003": ["Install digital certificate", ["resource-development"]],
  T1609: ["Container administration command", ["execution"]],
  T1611: ["Escape to host", ["privilege-escalation"]],
  T1613: ["Container and resource discovery", ["discovery"]],
  T1619: ["Cloud storage object discovery", ["discovery"]],
  T1621: ["Multi-factor authentication request generation", ["credential-access"]],
  T1685: ["Disable or modify tools", ["defense-impairment"]],
  "T1685.002": ["Disable or modify cloud log", ["defense-impairment"]],
  T1686: ["Disable or modify system firewall", ["defense-impairment"]],
  "T1686.001": ["Cloud firewall", ["defense-impairment"]],
};

/** Headings of the matrix, in its order; the last is for techniques under none of the tactics that their rules name. */
export const MATRIX_HEADINGS: readonly string[] = [...Object.values(TACTICS), "No tactic named with it"];

/** A technique in the matrix: under which heading, its id, and its name, empty for one that is not in our table. */
export interface MatrixPlace {
  readonly tactic: string;
  readonly technique: string;
  readonly name: string;
}

/** The technique that a tag names (`attack.t1078.004`), as its id; undefined for other tags. */
export function techniqueOf(tag: string): string | undefined {
  return /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase();
}

/**
 * Where the techniques of a rule stand. Tags pair no technique with a tactic: a known one stands under those of the rule's
 * tactics that it serves, another under all of them.
 */
export function matrixPlaces(tags: readonly string[]): readonly MatrixPlace[] {
  const tactics = Object.entries(TACTICS).filter(([tactic]) => tags.includes(`attack.${tactic}`));
  return [...new Set(tags.flatMap((tag) => techniqueOf(tag) ?? []))].flatMap((technique) => {
    const [name, serves] = TECHNIQUES[technique] ?? ["", undefined];
    const fitting = tactics.filter(([tactic]) => serves?.some((served) => served === tactic) ?? true);
    const headings = fitting.length > 0 ? fitting.map(([, heading]) => heading) : MATRIX_HEADINGS.slice(-1);
    return headings.map((tactic) => ({ tactic, technique, name }));
  });
}
