import { IconCheck, IconX } from "@tabler/icons-react";

import { type IdentityLink, type LinkConfidence } from "../../../core/model/identity.ts";
import { count, counted } from "../../ui/format.ts";
import { CONFIDENCE_WORDS, linkSentence, STATE_WORDS } from "./identity-words.ts";
import { showEvidence, useIdentities } from "./identities-state.ts";

interface LinkTableProps {
  readonly links: readonly IdentityLink[];
  readonly total: number;
  readonly selected: string | null;
}

/** Every link with its rule, its confidence, the events that are its evidence, and what was decided. */
export function LinkTable({ links, total, selected }: LinkTableProps) {
  const counts = (state: IdentityLink["state"]): number => links.filter((link) => link.state === state).length;
  return (
    <section className="panel" aria-labelledby="links-title">
      <div className="panel-head">
        <h2 id="links-title">Links</h2>
        <span className="aside">
          {counted(total, "link")}, {count(counts("open"))} open, {count(counts("accepted"))} accepted,{" "}
          {count(counts("rejected"))} rejected
        </span>
        <span className="end text-3 size-12">
          <kbd>.</kbd> next <kbd>y</kbd> accept <kbd>n</kbd> reject
        </span>
      </div>
      <table className="table link-table">
        <thead>
          <tr>
            <th scope="col">Link and its evidence</th>
            <th scope="col">Rule</th>
            <th scope="col">Confidence</th>
            <th scope="col" className="right">
              Covers
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <tr key={link.id} id={`link-${link.id}`} aria-selected={link.id === selected} className={link.state}>
              <td>
                <button
                  type="button"
                  className="link-name"
                  onClick={() => useIdentities.setState({ selectedLink: link.id, reason: "" })}
                >
                  {linkSentence(link)}
                </button>
                <div className="text-2">{link.ruleText}</div>
              </td>
              <td className="text-2">{link.rule}</td>
              <td>
                <Confidence value={link.confidence} />
              </td>
              <td className="right">
                <button type="button" className="link" onClick={() => showEvidence(link)}>
                  {counted(link.events, "event")}
                </button>
              </td>
              <td>
                <State link={link} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > links.length && (
        <p className="identity-more text-3">
          The first {count(links.length)} of {count(total)}; the command line lists all.
        </p>
      )}
    </section>
  );
}

const FILLED: Readonly<Record<LinkConfidence, number>> = { P: 3, S: 2, W: 1 };

/** Three bars and the word. */
export function Confidence({ value }: { readonly value: LinkConfidence }) {
  return (
    <span className="confidence">
      {[1, 2, 3].map((bar) => (
        <i key={bar} className={bar <= FILLED[value] ? "filled" : undefined} />
      ))}
      {CONFIDENCE_WORDS[value]}
    </span>
  );
}

function State({ link }: { readonly link: IdentityLink }) {
  return (
    <span className="nowrap" title={link.reason ?? undefined}>
      {link.state === "accepted" && <IconCheck size={14} aria-hidden />}
      {link.state === "rejected" && <IconX size={14} aria-hidden />} {STATE_WORDS[link.state]}
    </span>
  );
}
