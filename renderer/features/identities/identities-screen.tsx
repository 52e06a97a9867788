import "./identities.css";

import { Button } from "@mantine/core";
import { useEffect } from "react";

import { useSession, showScreen } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Empty, Failed, WorkProgress } from "../../ui/states.tsx";
import { GraphPanel } from "./graph-panel.tsx";
import { IdentityCard } from "./identity-card.tsx";
import { PrincipalList } from "./principal-list.tsx";
import { cancelResolving, resolve, useIdentities, type Resolution } from "./identities-state.ts";

/** Who acted: the list, the card of the selection, and the picture of its links. */
export function IdentitiesScreen() {
  const revision = useSession((session) => session.revision);
  const resolution = useIdentities((view) => view.resolution);
  const state = useAsk("identity.state", undefined, revision);
  const known = shown(state);
  const stale = state.state === "ready" && !state.value.current;
  useEffect(() => {
    if (stale && useIdentities.getState().resolution.state === "idle") void resolve();
  }, [stale, revision]);
  if (state.state === "failed") {
    return <Failed doing="reading the identities" failure={state.failure} safe="The case is unchanged." />;
  }
  if (!known) return null;
  if (known.revision === null) {
    return (
      <>
        <h1 className="visually-hidden">Identities</h1>
        <Resolving resolution={resolution} />
      </>
    );
  }
  if (known.principals === 0) {
    return (
      <>
        <h1 className="visually-hidden">Identities</h1>
        <Empty title="No identities" action={<Button onClick={() => showScreen("verify")}>Add evidence</Button>}>
          No record of the case names an account, a credential or a session.
        </Empty>
      </>
    );
  }
  return <Identities revision={revision} />;
}

function Identities({ revision }: { readonly revision: number }) {
  const { text, scope, selected, said, resolution } = useIdentities();
  const list = useAsk("identity.list", { text, scope }, revision);
  const listed = shown(list);
  const current = selected ?? listed?.principals[0]?.id ?? null;
  const answer = useAsk("identity.card", current === null ? "wait" : { id: current }, revision);
  const card = shown(answer);
  useEffect(() => {
    if (listed) useIdentities.setState({ listed: listed.principals });
  }, [listed]);
  useEffect(() => {
    if (card) useIdentities.setState({ selected: card.id, selectedFirst: card.first, links: card.links });
  }, [card]);
  return (
    <div className="identities">
      <PrincipalList answer={list} selected={card?.id ?? null} />
      <div className="identity-main">
        {resolution.state !== "idle" && <Resolving resolution={resolution} />}
        {answer.state === "failed" && (
          <Failed doing="reading the identity" failure={answer.failure} safe="The case is unchanged." />
        )}
        {card && <IdentityCard card={card} />}
      </div>
      {card && <GraphPanel card={card} revision={revision} />}
      <div className="visually-hidden" aria-live="polite">
        {said}
      </div>
    </div>
  );
}

function Resolving({ resolution }: { readonly resolution: Resolution }) {
  switch (resolution.state) {
    case "idle":
      return null;
    case "working":
      return (
        <div className="identity-resolving">
          <h2>Linking acts to identities</h2>
          <WorkProgress progress={resolution.progress} startedAt={resolution.startedAt} onCancel={cancelResolving} />
        </div>
      );
    case "stopped":
      return (
        <Empty title="Linking was stopped" action={<Button onClick={() => void resolve()}>Link identities</Button>}>
          The identities are not up to date with the evidence. Exhibits that were read to their end are not read again.
        </Empty>
      );
    case "failed":
      return (
        <Failed
          doing="linking identities"
          failure={resolution.failure}
          safe="The case is as it was."
          action={<Button onClick={() => void resolve()}>Try again</Button>}
        />
      );
  }
}
