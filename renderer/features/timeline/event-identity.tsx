import { Button } from "@mantine/core";

import { type EventRow } from "../../../core/model/event.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { showCard, showEvents, showReachOf } from "../identities/identities-state.ts";
import { KIND_WORDS, shortName } from "../identities/identity-words.ts";

/** What the event was done with and whom that counts as, with ways on from each. */
export function EventIdentity({ row }: { readonly row: EventRow }) {
  const revision = useSession((session) => session.revision);
  const principals = shown(useAsk("identity.ofEvent", { seq: row.seq }, revision));
  const current = shown(useAsk("identity.state", undefined, revision))?.revision != null;
  if (!principals || (current && principals.length === 0)) return null;
  return (
    <section className="event-identity" aria-label="Who">
      <h3 className="label">Who</h3>
      {principals.map(({ id, label, kind, events }) => (
        <div key={id} className="row">
          <button type="button" className="link ellipsis" title={label} onClick={() => showCard(id)}>
            {shortName(label)}
          </button>
          <span className="text-3 grow">{KIND_WORDS[kind]}</span>
          <button type="button" className="link" onClick={() => showEvents(id)}>
            all {count(events)}
          </button>
        </div>
      ))}
      <p className="text-2 size-12">
        {principals.length > 0
          ? "An account is not a person: the record shows what was used, not who held it."
          : "Identities are not linked yet; opening them does it."}
      </p>
      <div className="row">
        {principals.length > 0 ? (
          <Button onClick={() => showReachOf(row.seq)}>Blast radius from here</Button>
        ) : (
          <LinkNow />
        )}
      </div>
    </section>
  );
}

function LinkNow() {
  return <Button onClick={() => useSession.setState({ screen: "identities" })}>Open identities</Button>;
}
