import { type Command } from "../../command.ts";
import { CUSTODY_TABS, useCustody, type CustodyTab } from "../../state/custody.ts";
import { showScreen, type Session } from "../../state/session.ts";

const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

/** Leads to each part of the Custody screen, and to what its log is narrowed by. */
export const custodyCommands: readonly Command[] = [
  ...CUSTODY_TABS.map(({ id, title }): Command => ({
    id: `custody.${id}`,
    title: `Custody: ${title.toLowerCase()}`,
    group: "Go to",
    keys: [],
    blocked: needsCase,
    run: () => show(id),
  })),
  {
    id: "custody.filter",
    title: "Filter the action log",
    group: "Case",
    keys: ["/"],
    only: "custody",
    blocked: needsCase,
    run: () => {
      show("log");
      // The field is drawn with its part.
      requestAnimationFrame(() => document.getElementById("custody-filter")?.focus());
    },
  },
];

function show(tab: CustodyTab): void {
  useCustody.setState({ tab });
  showScreen("custody");
}
