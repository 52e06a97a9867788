import { readCard } from "../identity/card.ts";
import { decide, type Decision } from "../identity/decide.ts";
import { readGraph } from "../identity/graph.ts";
import { readHandovers } from "../identity/handovers.ts";
import { principalsOfEvent } from "../identity/of-event.ts";
import { prepareTerms } from "../identity/prepare.ts";
import { readPrincipals } from "../identity/principal-table.ts";
import { readIdentityState, resolveIdentities } from "../identity/resolve.ts";
import { ACCOUNT_KINDS, NODE_KINDS, type IdentityState } from "../model/identity.ts";
import { type LongWork } from "../model/progress.ts";
import { namedValues } from "../timeline/named-values.ts";
import { type identityOperations } from "./identity-contract.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";

const LIST_LIMIT = 500;

/** Keeps the identities of the open case current for everyone who asks: one resolution at a time. */
export class IdentityDesk {
  readonly #bench: Workbench;
  #last: Promise<unknown> = Promise.resolve();

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async resolve(work: LongWork): Promise<IdentityState> {
    const { caseFile } = this.#bench.current.session;
    const done = this.#last.then(() => resolveIdentities(caseFile, work));
    this.#last = done.catch(() => undefined);
    await done;
    return readIdentityState(caseFile);
  }

  async decide(decision: Decision, work: LongWork): Promise<IdentityState> {
    await decide(this.#bench.current.session, decision);
    return this.resolve(work);
  }

  /** Makes ready what a query asks of identities: nothing for one that does not. */
  async prepare(query: string, signal: AbortSignal | undefined): Promise<void> {
    const parsed = await this.#bench.current.results.parse(query);
    const terms = {
      identity: namedValues(parsed, "identity"),
      evidence: namedValues(parsed, "evidence"),
      reach: namedValues(parsed, "reach"),
    };
    await prepareTerms(this.#bench.current.session.caseFile, terms, { signal }, (work) => this.resolve(work));
  }
}

/** The operations on identities. */
export function identityHandlers(
  bench: Workbench,
  desk: IdentityDesk,
): Pick<Handlers, keyof typeof identityOperations> {
  const caseFile = () => bench.current.session.caseFile;
  return {
    "identity.state": () => readIdentityState(caseFile()),
    "identity.resolve": (_, { signal, progress }) => desk.resolve({ signal, onProgress: progress }),
    "identity.list": ({ text, scope }) =>
      readPrincipals(caseFile(), { text, kinds: scope === "all" ? NODE_KINDS : ACCOUNT_KINDS }, LIST_LIMIT),
    "identity.card": ({ id }) => readCard(caseFile(), id),
    "identity.graph": ({ id }) => readGraph(caseFile(), id),
    "identity.ofEvent": ({ seq }) => principalsOfEvent(caseFile(), seq),
    "identity.handovers": ({ names }) => readHandovers(caseFile(), names),
    "identity.decide": (decision, { signal }) => desk.decide(decision, { signal }),
  };
}
