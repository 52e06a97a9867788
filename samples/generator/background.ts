import { ADDRESSES, AGENTS, PARTNERS, SERVICES, STAFF, credentialOf, type Identity } from "./cast.ts";
import { BREACH, DAY, HOUR, MINUTE, SECOND, at } from "./clock.ts";
import {
  accountChange,
  apiActivity,
  atBrowser,
  authentication,
  settingChange,
  type Actor,
  type Draft,
} from "./records.ts";
import { type Random } from "../../core/selftest/random.ts";

/** Everything that is not the intruder: shoppers, lockers, partners, staff, builds and probes over three days. */
export function background(random: Random, shoppers: readonly Identity[]): readonly Draft[] {
  const world = new Background(random, shoppers);
  for (let minute = 0; minute < (3 * DAY) / MINUTE; minute += 1) world.minute(at(0, 0, minute));
  for (let day = 0; day < 3; day += 1) world.officeDay(at(day, 0));
  world.builds();
  world.known();
  return world.drafts;
}

/** Share of the busiest hour, by hour of the day (UTC). */
const SHOPPING = [2, 1, 1, 1, 2, 4, 12, 28, 48, 62, 70, 78, 84, 80, 72, 70, 76, 88, 98, 100, 84, 56, 28, 9];
const WORKING = [0, 0, 0, 0, 0, 4, 22, 70, 96, 100, 98, 84, 60, 92, 98, 90, 66, 24, 6, 3, 1, 0, 0, 0];

class Background {
  readonly drafts: Draft[] = [];
  readonly #random: Random;
  readonly #shoppers: readonly Identity[];
  #parcel = 481_200;
  #session = 7_000;

  constructor(random: Random, shoppers: readonly Identity[]) {
    this.#random = random;
    this.#shoppers = shoppers;
  }

  minute(start: number): void {
    const random = this.#random;
    const hour = Math.floor(start / HOUR) % 24;
    const shopping = (SHOPPING[hour] ?? 0) / 100;
    const working = (WORKING[hour] ?? 0) / 100;
    this.#repeat(13.4 * shopping, start, (time) => this.#storefront(time));
    this.#repeat(1.9 * shopping, start, (time) => this.#signIn(time));
    this.#repeat(1.35, start, (time) => this.#locker(time));
    this.#repeat(2.5 * working, start, (time) => this.#partner(time));
    if ((start / MINUTE) % 5 === 0) this.#probe(start + random.between(200, 900));
    if ((start / MINUTE) % 15 === 2) this.#billing(start + random.between(0, 30 * SECOND));
  }

  /** One working day of the staff, and the nightly report. */
  officeDay(day: number): void {
    this.#nightlyReport(day + HOUR);
    for (const person of Object.values(STAFF)) this.#workday(person, day);
  }

  /** Builds of all three days, numbered in the order of time around the one that leaks. */
  builds(): void {
    const times = [0, 1, 2].flatMap((day) =>
      Array.from({ length: this.#random.between(16, 22) }, () => at(day, 7) + this.#random.between(0, 10 * HOUR)),
    );
    times.sort((left, right) => left - right);
    const earlier = times.filter((time) => time < BREACH.leakingBuildRun).length;
    times.forEach((time, index) => {
      this.#build(time, BREACH.leakingBuild - earlier + index + (index >= earlier ? 1 : 0));
    });
  }

  /** Acts that the story leans on, on the normal side: the debug build, a new colleague, reviewed changes. */
  known(): void {
    const { ines, tomasz, dara, wren, priya } = STAFF;
    const agent = this.#ci(BREACH.leakingBuildRun);
    this.drafts.push(
      apiActivity(BREACH.leakingBuildRun, agent, {
        operation: "ci.builds.run",
        method: "POST",
        path: `/ci/builds/${BREACH.leakingBuild}`,
        resource: { type: "build", uid: `build-${BREACH.leakingBuild}` },
        code: 201,
        more: { started_by: dara.name, branch: "locker-retry", verbosity: "debug" },
      }),
      accountChange(at(0, 10, 12, 5), atBrowser(ines, "s-6120"), {
        activity: [1, "Create"],
        operation: "accounts.create",
        target: { name: "leif.arnesen", uid: "u-leif.arnesen", kind: "staff", role: "support" },
        code: 201,
      }),
      accountChange(at(0, 10, 13, 31), atBrowser(ines, "s-6120"), {
        activity: [7, "Attach Policy"],
        operation: "roles.grant",
        target: { name: "leif.arnesen", uid: "u-leif.arnesen", kind: "staff", role: "support" },
        policy: "support",
        code: 200,
      }),
      accountChange(at(1, 13, 40, 9), atBrowser(tomasz, "s-6131"), {
        activity: [7, "Attach Policy"],
        operation: "roles.grant",
        target: wren,
        policy: "locker-config",
        code: 200,
      }),
      accountChange(at(1, 9, 55, 18), atBrowser(priya, "s-6144"), {
        activity: [3, "Password Change"],
        operation: "accounts.password-change",
        target: priya,
        code: 200,
      }),
      ...[at(0, 11, 3), at(1, 14, 22), at(2, 10, 41)].map((time, index) =>
        settingChange(time, atBrowser(wren, `s-61${50 + index}`), {
          operation: "lockers.settings.update",
          activity: "Update",
          entity: "locker-opening-hours",
          before: { site: `site-${11 + index}`, close: "22:00" },
          after: { site: `site-${11 + index}`, close: "23:00" },
          code: 200,
        }),
      ),
    );
  }

  #repeat(mean: number, start: number, act: (time: number) => void): void {
    const times = Array.from(
      { length: this.#random.occurrences(mean) },
      () => start + this.#random.between(0, MINUTE - 1),
    );
    for (const time of times.sort((left, right) => left - right)) act(time);
  }

  #storefront(time: number): void {
    const random = this.#random;
    const mobile = random.chance(0.45);
    const identity = mobile ? SERVICES.mobile : SERVICES.web;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: random.pick(mobile ? ADDRESSES.mobile : ADDRESSES.web),
      agent: mobile ? AGENTS.mobile : AGENTS.web,
    };
    const shopper = random.pick(this.#shoppers);
    const more = { on_behalf_of: shopper.uid };
    const parcel = `PX${this.#parcel - random.between(0, 2_600)}`;
    const failure = random.fraction();
    switch (random.weighted({ track: 52, list: 16, lockers: 14, create: 9, pay: 6, profile: 3 })) {
      case "track":
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "parcels.read",
            method: "GET",
            path: `/v2/parcels/${parcel}`,
            resource: { type: "parcel", uid: parcel },
            more,
            ...outcome(failure, 0.021, 404, "no such parcel", `parcel ${parcel} ${time}`),
          }),
        );
        return;
      case "list":
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "parcels.list",
            method: "GET",
            path: "/v2/parcels",
            resource: { type: "customer", uid: shopper.uid },
            more,
            ...outcome(failure, 0.003, 503, "backend busy", `parcels of ${shopper.uid} ${time}`),
          }),
        );
        return;
      case "lockers":
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "lockers.list",
            method: "GET",
            path: "/v2/lockers",
            resource: { type: "site", uid: `site-${random.between(1, 24)}` },
            code: 200,
          }),
        );
        return;
      case "create":
        this.#parcel += 1;
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "parcels.create",
            method: "POST",
            path: "/v2/parcels",
            resource: { type: "parcel", uid: `PX${this.#parcel}` },
            more,
            requestBody: `new parcel ${this.#parcel}`,
            ...outcome(failure, 0.018, 422, "address incomplete"),
          }),
        );
        return;
      case "pay":
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "payments.create",
            method: "POST",
            path: "/v2/payments",
            resource: { type: "payment", uid: `pay-${parcel.slice(2)}` },
            more,
            requestBody: `payment ${parcel} ${time}`,
            ...outcome(failure, 0.035, 402, "card declined"),
          }),
        );
        return;
      case "profile":
        this.drafts.push(
          apiActivity(time, actor, {
            operation: "customers.read",
            method: "GET",
            path: `/v2/customers/${shopper.uid}`,
            resource: { type: "customer", uid: shopper.uid },
            more,
            ...outcome(failure, 0.004, 503, "backend busy", `customer ${shopper.uid}`),
          }),
        );
    }
  }

  /** A shopper signs in; about one in twelve mistypes the password first. */
  #signIn(time: number): void {
    const random = this.#random;
    const actor: Actor = {
      identity: random.pick(this.#shoppers),
      session: `c-${this.#nextSession()}`,
      address: random.pick(ADDRESSES.customers),
      agent: random.pick(AGENTS.browsers),
    };
    if (random.chance(0.085)) {
      this.drafts.push(
        authentication(time, actor, { action: "Logon", mfa: false, error: "wrong password" }),
        authentication(time + random.between(4, 40) * SECOND, actor, { action: "Logon", mfa: false }),
      );
    } else {
      this.drafts.push(authentication(time, actor, { action: "Logon", mfa: false }));
    }
  }

  #locker(time: number): void {
    const random = this.#random;
    const site = random.between(1, 24);
    const identity = SERVICES.lockers;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: ADDRESSES.lockers[site - 1] ?? ADDRESSES.office,
      agent: AGENTS.lockers,
    };
    this.drafts.push(
      apiActivity(time, actor, {
        operation: "lockers.status",
        method: "PUT",
        path: `/v2/lockers/site-${site}/status`,
        resource: { type: "site", uid: `site-${site}` },
        ...outcome(random.fraction(), 0.006, 504, "site did not answer"),
      }),
    );
  }

  #partner(time: number): void {
    const random = this.#random;
    const index = random.pick([0, 0, 0, 1, 1, 2]);
    const identity = PARTNERS[index] ?? SERVICES.web;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: ADDRESSES.partners[index] ?? ADDRESSES.office,
      agent: AGENTS.partners[index] ?? "",
    };
    const shipment = `SH${90_000 + random.between(0, 9_999)}`;
    const label = random.chance(0.5);
    this.drafts.push(
      apiActivity(time, actor, {
        operation: label ? "labels.read" : "shipments.create",
        method: label ? "GET" : "POST",
        path: label ? `/v2/labels/${shipment}` : "/v2/shipments",
        resource: { type: label ? "label" : "shipment", uid: shipment },
        ...outcome(random.fraction(), 0.028, 429, "rate limit"),
      }),
    );
  }

  #probe(time: number): void {
    const identity = SERVICES.monitor;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: ADDRESSES.monitor,
      agent: AGENTS.monitor,
    };
    this.drafts.push(
      apiActivity(time, actor, {
        operation: "health.read",
        method: "GET",
        path: "/health",
        resource: { type: "service", uid: "gateway" },
        code: 200,
      }),
    );
  }

  #billing(time: number): void {
    const identity = SERVICES.billing;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: ADDRESSES.billing,
      agent: AGENTS.billing,
    };
    this.drafts.push(
      apiActivity(time, actor, {
        operation: "invoices.create",
        method: "POST",
        path: "/v2/invoices",
        resource: { type: "invoice-run", uid: `run-${Math.floor(time / MINUTE) % 10_000}` },
        code: 201,
        requestBody: `invoices ${time}`,
      }),
    );
  }

  /** The reporting service counts customers each night: a few pages, from its own server, never at another hour. */
  #nightlyReport(start: number): void {
    const identity = SERVICES.reports;
    const actor: Actor = {
      identity,
      credential: credentialOf(identity),
      address: ADDRESSES.reports,
      agent: AGENTS.reports,
    };
    for (let page = 1; page <= 14; page += 1) {
      this.drafts.push(
        apiActivity(start + page * 2_100 + this.#random.between(0, 600), actor, {
          operation: "reports.read",
          method: "GET",
          path: "/v2/reports/daily",
          resource: { type: "report", uid: `daily-page-${page}` },
          code: 200,
          responseBody: `report page ${page} ${start}`,
        }),
      );
    }
  }

  #workday(person: Identity, day: number): void {
    const random = this.#random;
    const session = `s-${this.#nextSession()}`;
    const start = day + random.between(6 * HOUR + 40 * MINUTE, 8 * HOUR + 20 * MINUTE);
    const end = day + random.between(15 * HOUR, 17 * HOUR + 30 * MINUTE);
    const actor = atBrowser(person, session, random.chance(0.25) ? random.pick(ADDRESSES.home) : ADDRESSES.office);
    // The developers' build server is the one door without a second factor.
    const mfa = person.role !== "developer";
    if (random.chance(0.2)) {
      this.drafts.push(
        authentication(start - 20 * SECOND, actor, { action: "Logon", mfa: false, error: "wrong password" }),
      );
    }
    this.drafts.push(authentication(start, actor, { action: "Logon", mfa }));
    const acts = random.between(45, 75);
    for (let act = 0; act < acts; act += 1) this.#work(person, actor, random.between(start + MINUTE, end - MINUTE));
    this.drafts.push(authentication(end, actor, { action: "Logoff", mfa: false }));
  }

  #work(person: Identity, actor: Actor, time: number): void {
    const random = this.#random;
    const shopper = random.pick(this.#shoppers);
    const customer = { type: "customer", uid: shopper.uid };
    const parcel = `PX${481_200 - random.between(0, 2_600)}`;
    const acts: Readonly<
      Record<string, readonly (readonly [string, "GET" | "POST", { type: string; uid: string }])[]>
    > = {
      support: [
        ["customers.read", "GET", customer],
        ["parcels.read", "GET", { type: "parcel", uid: parcel }],
        ["parcels.refund", "POST", { type: "parcel", uid: parcel }],
      ],
      finance: [
        ["invoices.list", "GET", { type: "invoice-run", uid: `run-${random.between(1_000, 1_400)}` }],
        ["payments.read", "GET", { type: "payment", uid: `pay-${parcel.slice(2)}` }],
      ],
      sales: [["reports.read", "GET", { type: "report", uid: "weekly-sales" }]],
      operations: [["lockers.read", "GET", { type: "site", uid: `site-${random.between(1, 24)}` }]],
      developer: [
        ["ci.builds.list", "GET", { type: "project", uid: "parcel-api" }],
        ["ci.logs.read", "GET", { type: "build", uid: `build-${random.between(4_080, 4_126)}` }],
      ],
      "platform-admin": [
        ["ci.builds.list", "GET", { type: "project", uid: "parcel-api" }],
        ["audit.records.read", "GET", { type: "audit-log", uid: "api" }],
        ["services.list", "GET", { type: "service", uid: "all" }],
      ],
    };
    const [operation, method, resource] = random.pick(acts[person.role.replace("-lead", "")] ?? []);
    this.drafts.push(
      apiActivity(time, actor, {
        operation,
        method,
        path: `/internal/${operation.replaceAll(".", "/")}`,
        resource,
        ...outcome(random.fraction(), 0.012, 403, "role does not allow this"),
      }),
    );
  }

  /** The build agents; their token is replaced on the third day. */
  #ci(time: number): Actor {
    const identity = SERVICES.ci;
    const credential = time < BREACH.tokenReplaced ? credentialOf(identity) : BREACH.newToken;
    return { identity, credential, address: this.#random.pick(ADDRESSES.ci), agent: AGENTS.ci };
  }

  #build(time: number, build: number): void {
    const random = this.#random;
    const actor = this.#ci(time);
    const step = (
      operation: string,
      method: "GET" | "POST",
      resource: { type: string; uid: string },
      after: number,
    ): void => {
      this.drafts.push(
        apiActivity(time + after * SECOND, actor, {
          operation,
          method,
          path: `/ci/${operation.slice(operation.indexOf(".") + 1).replaceAll(".", "/")}`,
          resource,
          ...outcome(random.fraction(), 0.02, 502, "agent lost"),
        }),
      );
    };
    step("ci.builds.run", "POST", { type: "build", uid: `build-${build}` }, 0);
    step("ci.variables.read", "GET", { type: "project", uid: "parcel-api" }, 3);
    for (let upload = 0; upload < random.between(3, 8); upload += 1) {
      step("ci.artifacts.write", "POST", { type: "build", uid: `build-${build}` }, 40 + upload * 9);
    }
    if (random.chance(0.4))
      step(
        "deploys.create",
        "POST",
        { type: "service", uid: random.pick(["gateway", "storefront", "locker-link"]) },
        150,
      );
  }

  #nextSession(): number {
    this.#session += this.#random.between(1, 7);
    return this.#session;
  }
}

function outcome(
  chance: number,
  failureShare: number,
  code: number,
  error: string,
  responseBody?: string,
): { readonly code: number; readonly error?: string; readonly responseBody?: string } {
  if (chance < failureShare) return { code, error };
  return responseBody === undefined ? { code: 200 } : { code: 200, responseBody };
}
