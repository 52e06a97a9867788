import { type Random } from "../../core/selftest/random.ts";

/** Who appears in the sample. All invented; addresses are of the documentation ranges of RFC 5737. */
export interface Identity {
  readonly name: string;
  readonly uid: string;
  readonly kind: "staff" | "service" | "partner" | "customer";
  readonly role: string;
}

const staff = (name: string, role: string): Identity => ({ name, uid: `u-${name}`, kind: "staff", role });
const service = (name: string, role: string): Identity => ({ name, uid: `u-${name}`, kind: "service", role });

export const STAFF = {
  ines: staff("ines.calder", "platform-admin"),
  tomasz: staff("tomasz.brandl", "platform-admin"),
  dara: staff("dara.lindqvist", "developer"),
  felix: staff("felix.moreau", "developer"),
  oriel: staff("oriel.vance", "support-lead"),
  priya: staff("priya.sandhu", "support"),
  jonas: staff("jonas.thiele", "support"),
  mirela: staff("mirela.kovac", "finance"),
  hugo: staff("hugo.aster", "sales"),
  wren: staff("wren.okafor", "operations"),
} as const satisfies Record<string, Identity>;

export const SERVICES = {
  web: service("svc-web", "storefront"),
  mobile: service("svc-mobile", "storefront"),
  lockers: service("svc-lockers", "locker-fleet"),
  billing: service("svc-billing", "billing"),
  reports: service("svc-reports", "reporting"),
  monitor: service("svc-monitor", "monitor"),
  ci: service("ci-runner", "deployer"),
} as const satisfies Record<string, Identity>;

export const PARTNERS: readonly Identity[] = ["hollowell", "brightfen", "oxmere"].map((name) => ({
  name: `partner-${name}`,
  uid: `u-partner-${name}`,
  kind: "partner",
  role: "shipper",
}));

/** The credential each service and partner signs its requests with. */
export function credentialOf(identity: Identity): string {
  if (identity === SERVICES.ci) return "tok-ci-7f2c";
  const letters = [...identity.name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
  return `key-${identity.name.replace(/^(svc|partner)-/, "")}-${(letters % 0x10000).toString(16).padStart(4, "0")}`;
}

const FIRST =
  "ada amir anouk arlo bea boris cleo dario edda elio emil enid farah finn gita hana igor ilse ivo juno kaia kofi lena levi lotte mael maja milo nadia nils nora odile omar otto paula pia quin rafa rosa ruben saga sami selma soren tara theo una vera wanda xenia yara yusuf zoe".split(
    " ",
  );
const LAST =
  "abbot alder arden ash barlow beck birch bloom brook carver clay cole crane dale drake elm fallow finch flint ford frost glen hale hart heath holm hurst keen lake lark linden marsh mill moor north oak page penn pike reed ridge rowe rush sage shaw snow stone swift thorn vale wade ware wells west wilde wren yew york".split(
    " ",
  );
const MAIL = ["postbox.example", "mailhaven.example", "letterbird.example"];

/** Customers of the parcel service, in a fixed order. */
export function customers(random: Random, count: number): readonly Identity[] {
  const names = new Set<string>();
  while (names.size < count) names.add(`${random.pick(FIRST)}.${random.pick(LAST)}@${random.pick(MAIL)}`);
  return [...names].map((name, index) => ({ name, uid: `c-${10_000 + index}`, kind: "customer", role: "customer" }));
}

/** Networks: the office and servers of the company, the world, and the two networks of the intruder. */
export const ADDRESSES = {
  office: "192.0.2.10",
  web: ["192.0.2.20", "192.0.2.21"],
  mobile: ["192.0.2.24", "192.0.2.25"],
  ci: ["192.0.2.40", "192.0.2.41", "192.0.2.42"],
  billing: "192.0.2.50",
  reports: "192.0.2.51",
  monitor: "192.0.2.60",
  lockers: Array.from({ length: 24 }, (_, index) => `192.0.2.${128 + index}`),
  partners: ["203.0.113.20", "203.0.113.31", "203.0.113.42"],
  customers: Array.from({ length: 90 }, (_, index) => `203.0.113.${110 + index}`),
  home: ["198.51.100.210", "198.51.100.214", "198.51.100.221", "198.51.100.233", "198.51.100.240"],
  stuffing: Array.from({ length: 24 }, (_, index) => `198.51.100.${16 + index}`),
  intruder: "203.0.113.88",
} as const;

export const AGENTS = {
  web: "parcel-web/8.4 node",
  mobile: "parcel-app-backend/5.1",
  lockers: "lockerlink/2.19",
  billing: "billing-worker/3.2",
  reports: "reports-nightly/1.7",
  monitor: "uptime-probe/4.0",
  ci: "ci-agent/11.3",
  partners: ["hollowell-wms/6.2", "brightfen-connect/2.0", "oxmere-erp/14.1"],
  browsers: [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) Safari/605.1",
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0",
    "ParcelApp/5.1 (Android 16)",
    "ParcelApp/5.1 (iOS 19.0)",
  ],
  stuffing: "Mozilla/5.0 (Windows NT 10.0) Chrome/109.0",
  intruder: "python-requests/2.32.3",
} as const;
