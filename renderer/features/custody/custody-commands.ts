import { type Command } from "../../command.ts";
import { CUSTODY_TABS, useCustody } from "../../state/custody.ts";
import { showScreen } from "../../state/session.ts";

/** Leads to each part of the Custody screen. */
export const custodyCommands: readonly Command[] = CUSTODY_TABS.map(({ id, title }) => ({
  id: `custody.${id}`,
  title: `Custody: ${title.toLowerCase()}`,
  group: "Go to",
  keys: [],
  blocked: (session) => (session.caseState ? null : "no case is open"),
  run: () => {
    useCustody.setState({ tab: id });
    showScreen("custody");
  },
}));
