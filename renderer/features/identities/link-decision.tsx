import { Button, Textarea } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";

import { type IdentityLink } from "../../../core/model/identity.ts";
import { counted } from "../../ui/format.ts";
import { linkSentence, linkVerb, whenText } from "./identity-words.ts";
import { decideOnLink, REASON_FIELD, showEvidence, useIdentities } from "./identities-state.ts";
import { Confidence } from "./link-table.tsx";

interface LinkDecisionProps {
  readonly link: IdentityLink;
  /** Further links between the same two, which the picture draws as one arrow. */
  readonly beside: readonly IdentityLink[];
}

/** What speaks for a link, and the decision about it with its reason. */
export function LinkDecision({ link, beside }: LinkDecisionProps) {
  const reason = useIdentities((view) => view.reason);
  return (
    <section aria-label="Selected link">
      <div className="panel-head">
        <h2>Selected link</h2>
        <span className="end">
          <Confidence value={link.confidence} />
        </span>
      </div>
      <div className="panel-body column link-decision">
        <p>{linkSentence(link)}</p>
        <dl className="fields">
          <dt>Rule {link.rule}</dt>
          <dd>{link.ruleText}</dd>
          <dt>Evidence</dt>
          <dd>
            <button type="button" className="link" onClick={() => showEvidence(link)}>
              {counted(link.events, "event")}
            </button>
            , {whenText(link.first)} to {whenText(link.last)}
          </dd>
          {link.reason !== null && (
            <>
              <dt>Decided</dt>
              <dd>{link.reason}</dd>
            </>
          )}
          {beside.length > 0 && (
            <>
              <dt>Also</dt>
              <dd>
                {beside.map((other) => (
                  <div key={other.id}>
                    <button
                      type="button"
                      className="link"
                      onClick={() => useIdentities.setState({ selectedLink: other.id, reason: "" })}
                    >
                      {linkVerb(other)}, rule {other.rule}, {counted(other.events, "event")}
                    </button>
                  </div>
                ))}
              </dd>
            </>
          )}
        </dl>
        <Textarea
          id={REASON_FIELD}
          label="Why you decide so (goes into the report)"
          placeholder="For example: no other reader was active"
          autosize
          minRows={1}
          maxRows={4}
          value={reason}
          onChange={(event) => useIdentities.setState({ reason: event.currentTarget.value })}
        />
        <div className="row">
          <Button
            leftSection={<IconCheck size={14} aria-hidden />}
            variant="filled"
            disabled={reason.trim() === ""}
            onClick={() => void decideOnLink("accept")}
          >
            Accept
          </Button>
          <Button
            leftSection={<IconX size={14} aria-hidden />}
            disabled={reason.trim() === ""}
            onClick={() => void decideOnLink("reject")}
          >
            Reject
          </Button>
        </div>
      </div>
    </section>
  );
}
