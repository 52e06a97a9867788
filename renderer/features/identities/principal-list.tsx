import { SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

import { type Principal } from "../../../core/model/identity.ts";
import { shown, type Loadable } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { laneStyle } from "../../ui/lane.ts";
import { Failed } from "../../ui/states.tsx";
import { KIND_WORDS, shortName } from "./identity-words.ts";
import { select, useIdentities } from "./identities-state.ts";

interface PrincipalListProps {
  readonly answer: Loadable<{ readonly principals: readonly Principal[]; readonly total: number }>;
  readonly selected: string | null;
}

/** Why nothing is listed. */
const NOTHING_LISTED = {
  accounts: "No account has this name. Everything lists credentials and sessions, too.",
  all: "No identity has this name.",
} as const;

/** Principals with most events first; arrow keys move the selection from anywhere on the screen. */
export function PrincipalList({ answer, selected }: PrincipalListProps) {
  const { text, scope } = useIdentities();
  const { principals, total } = shown(answer) ?? { principals: [], total: 0 };
  return (
    <section className="identity-list" aria-label="Identities">
      <div className="panel-head">
        <h1>Identities</h1>
        <span className="aside">{count(total)}</span>
      </div>
      <div className="identity-filter">
        <TextInput
          id="identity-filter"
          aria-label="Filter identities"
          placeholder="Filter"
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={<kbd>/</kbd>}
          value={text}
          onChange={(event) => useIdentities.setState({ text: event.currentTarget.value })}
        />
        <SegmentedControl
          aria-label="What is listed"
          value={scope}
          onChange={(value) => useIdentities.setState({ scope: value === "all" ? "all" : "accounts" })}
          data={[
            { value: "accounts", label: "Accounts" },
            { value: "all", label: "Everything" },
          ]}
          fullWidth
        />
      </div>
      {answer.state === "failed" && (
        <Failed doing="listing the identities" failure={answer.failure} safe="The case is unchanged." />
      )}
      {answer.state === "ready" && total === 0 && <p className="identity-more text-2">{NOTHING_LISTED[scope]}</p>}
      <ul className="identity-items">
        {principals.map((principal, index) => (
          <li key={principal.id}>
            <button
              type="button"
              id={`identity-${principal.id}`}
              className="identity-item"
              style={laneStyle(index)}
              aria-current={principal.id === selected}
              onClick={() => select(principal.id)}
            >
              <b title={principal.label}>{shortName(principal.label)}</b>
              <span className="count">{count(principal.events)}</span>
              <span className="text-3">{KIND_WORDS[principal.kind]}</span>
              {principal.failures > 0 && <span className="text-3 refused">{count(principal.failures)} refused</span>}
            </button>
          </li>
        ))}
      </ul>
      {total > principals.length && (
        <p className="identity-more text-3">The first {count(principals.length)}; filter to see others.</p>
      )}
    </section>
  );
}
