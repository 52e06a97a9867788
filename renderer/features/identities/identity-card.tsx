import { Button } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowMerge,
  IconArrowsSplit,
  IconBroadcast,
  IconTimeline,
  IconUserQuestion,
} from "@tabler/icons-react";
import { useState } from "react";

import { type IdentityCard as Card, type SeenValue } from "../../../core/model/identity-card.ts";
import { type Principal } from "../../../core/model/identity.ts";
import { count, counted } from "../../ui/format.ts";
import { undo, useTriage } from "../../state/triage.ts";
import { KIND_WORDS, shortName, whenText } from "./identity-words.ts";
import { showEvents, showReach, useIdentities } from "./identities-state.ts";
import { LinkTable } from "./link-table.tsx";
import { MergeDialog, SplitDialog } from "./name-dialogs.tsx";
import { PowerTree } from "./power-tree.tsx";

/** How many values of one kind a card shows in a line. */
const SHOWN = 5;
/** Program names are long. */
const PROGRAMS_SHOWN = 3;

/** Everything that the records show of one identity. */
export function IdentityCard({ card }: { readonly card: Card }) {
  const selectedLink = useIdentities((view) => view.selectedLink);
  const undoable = useTriage((state) => state.undo);
  const [asking, setAsking] = useState<"split" | "merge" | null>(null);
  return (
    <article className="identity-card" aria-labelledby="identity-title">
      <header className="identity-head">
        <div className="identity-title">
          <h2 id="identity-title" className="ellipsis" title={card.label}>
            {shortName(card.label)}
          </h2>
          <p className="text-2 size-12">
            {KIND_WORDS[card.kind]}, <span className="mono">{card.id}</span>, recorded {whenText(card.first)} to{" "}
            {whenText(card.last)}
          </p>
        </div>
        <div className="identity-acts">
          <Button leftSection={<IconTimeline size={14} aria-hidden />} variant="filled" onClick={() => showEvents()}>
            Show {counted(card.events, "event")}
          </Button>
          <Button leftSection={<IconBroadcast size={14} aria-hidden />} onClick={showReach}>
            Blast radius
          </Button>
          <Button
            leftSection={<IconArrowsSplit size={14} aria-hidden />}
            disabled={card.names.length < 2}
            onClick={() => setAsking("split")}
          >
            Split
          </Button>
          <Button leftSection={<IconArrowMerge size={14} aria-hidden />} onClick={() => setAsking("merge")}>
            Merge
          </Button>
          <Button
            leftSection={<IconArrowBackUp size={14} aria-hidden />}
            variant="subtle"
            disabled={undoable === null}
            title={undoable ?? undefined}
            onClick={() => void undo()}
          >
            Undo
          </Button>
        </div>
      </header>
      <div className="account-note" role="note">
        <IconUserQuestion size={14} aria-hidden />
        <span>
          <b>An account is not a person.</b> Records show which credentials were used, from where and when; not who held
          them.
        </span>
      </div>
      <section className="panel" aria-labelledby="known-title">
        <div className="panel-head">
          <h2 id="known-title">Known as</h2>
          <span className="aside">
            {counted(card.names.length, "name")}, {counted(card.credentialsTotal, "credential")},{" "}
            {counted(card.sessionsTotal, "session")}
          </span>
        </div>
        <div className="known-as panel-body">
          <dl className="fields">
            <dt>Names</dt>
            <dd>{card.names.map(({ label }) => label).join(", ")}</dd>
            <dt>Credentials</dt>
            <dd>
              <Credentials principals={card.credentials} total={card.credentialsTotal} />
            </dd>
            <dt>Sessions</dt>
            <dd>
              {listed(
                card.sessions.map(({ label }) => shortName(label)),
                SHOWN,
                card.sessionsTotal,
              )}
            </dd>
          </dl>
          <dl className="fields">
            <dt>Addresses</dt>
            <dd>{seen(card.addresses, SHOWN)}</dd>
            <dt>Programs</dt>
            <dd>{seen(card.agents, PROGRAMS_SHOWN)}</dd>
            <dt>Acts</dt>
            <dd>
              {counted(card.events, "event")}, {count(card.failures)} refused or failed
            </dd>
          </dl>
        </div>
      </section>
      <PowerTree card={card} />
      <LinkTable links={card.links} total={card.linksTotal} selected={selectedLink} />
      <SplitDialog card={card} opened={asking === "split"} onClose={() => setAsking(null)} />
      <MergeDialog card={card} opened={asking === "merge"} onClose={() => setAsking(null)} />
    </article>
  );
}

function Credentials({ principals, total }: { readonly principals: readonly Principal[]; readonly total: number }) {
  if (principals.length === 0) return "none is named";
  return (
    <>
      {principals.slice(0, SHOWN).map(({ id, label }) => (
        <span key={id} className="digest" title={label}>
          {shortName(label)}
        </span>
      ))}
      {total > SHOWN && ` and ${count(total - SHOWN)} more`}
    </>
  );
}

function listed(values: readonly string[], shown: number, total = values.length): string {
  if (values.length === 0) return "none is named";
  return `${values.slice(0, shown).join(", ")}${total > shown ? ` and ${count(total - shown)} more` : ""}`;
}

function seen(values: readonly SeenValue[], shown: number): string {
  const cut = (value: string): string => (value.length > 60 ? `${value.slice(0, 59)}…` : value);
  return listed(
    values.map(({ value, events }) => `${cut(value)} (${count(events)})`),
    shown,
  );
}
