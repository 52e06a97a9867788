import { Menu } from "@mantine/core";

import { type EventRow } from "../../../core/model/event.ts";
import { type EventDetail } from "../../../core/model/timeline.ts";
import { addPin, fragment } from "../../state/timeline.ts";
import { type Loadable, shown } from "../../state/use-ask.ts";
import { askOnly } from "./timeline-acts.ts";

type Part = EventDetail["sentence"][number];

interface SentenceProps {
  readonly detail: Loadable<EventDetail>;
  readonly row: EventRow;
}

/** What the record says in one sentence; each value in it leads to the events that have it. */
export function Sentence({ detail, row }: SentenceProps) {
  if (detail.state === "failed") return <p className="text-2">The record cannot be read now.</p>;
  return <p className="sentence">{shown(detail)?.sentence.map((part, index) => sentencePart(part, row, index))}</p>;
}

function sentencePart({ text, strong, field }: Part, row: EventRow, index: number) {
  if (!strong) return <span key={index}>{text}</span>;
  if (!field) return <b key={index}>{text}</b>;
  return <ValueMenu key={index} text={text} wanted={fragment(field, row[field])} seq={row.seq} />;
}

interface ValueMenuProps {
  readonly text: string;
  /** What asks for the value, in the query language. */
  readonly wanted: string;
  readonly seq: number;
}

function ValueMenu({ text, wanted, seq }: ValueMenuProps) {
  return (
    <Menu position="bottom-start" withInitialFocusPlaceholder={false} portalProps={{ target: "main" }}>
      <Menu.Target>
        <button type="button" className="sentence-value">
          {text}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item fz="sm" onClick={() => askOnly(wanted, seq)}>
          Everything with it
        </Menu.Item>
        <Menu.Item fz="sm" onClick={() => addPin(wanted)}>
          Of these rows, those with it
        </Menu.Item>
        <Menu.Item fz="sm" onClick={() => addPin(`NOT ${wanted}`)}>
          Of these rows, those without it
        </Menu.Item>
        <Menu.Item fz="sm" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
