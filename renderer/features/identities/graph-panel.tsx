import { SegmentedControl } from "@mantine/core";

import { type IdentityCard } from "../../../core/model/identity-card.ts";
import { type IdentityLink } from "../../../core/model/identity.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";
import { ActionTable } from "./action-table.tsx";
import { EdgeTable } from "./edge-table.tsx";
import { IdentityGraph } from "./identity-graph.tsx";
import { LinkDecision } from "./link-decision.tsx";
import { shownLink, useIdentities } from "./identities-state.ts";

interface GraphPanelProps {
  readonly card: IdentityCard;
  readonly revision: number;
}

/** The picture around the selection or its edges as a table, the link that is decided on, and the acts. */
export function GraphPanel({ card, revision }: GraphPanelProps) {
  const { picture, selectedLink } = useIdentities();
  const answer = useAsk("identity.graph", { id: card.id }, revision);
  const graph = shown(answer);
  const shownId = shownLink({ selectedLink, links: card.links });
  const link = [...card.links, ...(graph?.edges ?? [])].find(({ id }) => id === shownId);
  return (
    <aside className="identity-side" aria-label="Graph">
      <div className="panel-head">
        <h2>Graph</h2>
        <span className="aside">this identity only</span>
        <span className="end">
          <SegmentedControl
            aria-label="Graph or table"
            value={picture}
            onChange={(value) => useIdentities.setState({ picture: value === "table" ? "table" : "graph" })}
            data={[
              { value: "graph", label: "Graph" },
              { value: "table", label: "Table" },
            ]}
          />
        </span>
      </div>
      {answer.state === "failed" && (
        <Failed doing="drawing the graph" failure={answer.failure} safe="The case is unchanged." />
      )}
      {graph && (
        <div className="identity-graph">
          {picture === "graph" ? (
            <IdentityGraph graph={graph} selected={card.id} selectedLink={selectedLink} />
          ) : (
            <EdgeTable graph={graph} />
          )}
          {graph.edges.length === 0 && <p className="identity-more text-2">Nothing is linked to this identity.</p>}
          {graph.hidden > 0 && (
            <p className="identity-more text-3">
              {count(graph.hidden)} further identities are left out of the picture.
            </p>
          )}
        </div>
      )}
      {link && <LinkDecision link={link} beside={(graph?.edges ?? []).filter((other) => isBeside(other, link))} />}
      <ActionTable classes={card.classes} />
    </aside>
  );
}

/** Another link between the same two. */
function isBeside(other: IdentityLink, { id, from, to }: IdentityLink): boolean {
  return other.id !== id && other.from.id === from.id && other.to.id === to.id;
}
