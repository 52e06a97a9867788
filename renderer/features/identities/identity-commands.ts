import { type Command } from "../../command.ts";
import { type Session } from "../../state/session.ts";
import { decideOnLink, moveLink, moveSelection, showEvents, showReach, useIdentities } from "./identities-state.ts";

const needsCase = (session: Session) => (session.caseState ? null : "no case is open");

function identity(id: string, title: string, keys: readonly string[], run: () => void): Command {
  return { id: `identity.${id}`, title, group: "Identities", keys, only: "identities", blocked: needsCase, run };
}

/** What the identities can do by key. */
export const identityCommands: readonly Command[] = [
  identity("filter", "Filter identities", ["/"], () => document.getElementById("identity-filter")?.focus()),
  identity("next", "Next identity", ["j", "arrowdown"], () => moveSelection(1)),
  identity("previous", "Previous identity", ["k", "arrowup"], () => moveSelection(-1)),
  identity("next-link", "Next link", ["."], () => moveLink(1)),
  identity("previous-link", "Previous link", [","], () => moveLink(-1)),
  identity("accept", "Accept the link", ["y"], () => void decideOnLink("accept")),
  identity("reject", "Reject the link", ["n"], () => void decideOnLink("reject")),
  identity("events", "Show the events of the identity", ["e"], () => showEvents()),
  identity("reach", "Show the blast radius", ["b"], showReach),
  identity("picture", "Graph or table", ["g"], () =>
    useIdentities.setState(({ picture }) => ({ picture: picture === "graph" ? "table" : "graph" })),
  ),
];
