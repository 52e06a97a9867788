import { Button, SegmentedControl, TagsInput, Textarea } from "@mantine/core";
import { useState } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { MARKS } from "../../../core/model/triage.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";
import { markTarget, tagTarget, useTriage } from "../../state/triage.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { moment } from "../../ui/format.ts";

const WORDS = { keep: "Keep", noise: "Noise", undecided: "Undecided" } as const;

/** Mark, tags and comment of one event. */
export function NotesTab({ row }: { readonly row: EventRow }) {
  const triage = useTriage((state) => state.events.get(row.seq));
  const revision = useSession((session) => session.revision);
  const summary = shown(useAsk("triage.summary", undefined, revision));
  const tags = triage?.tags ?? [];
  const target = { seqs: [row.seq] };
  return (
    <>
      <SegmentedControl
        aria-label="Mark"
        value={triage?.mark ?? "undecided"}
        data={MARKS.map((mark) => ({ value: mark, label: WORDS[mark] }))}
        onChange={(value) => {
          const mark = MARKS.find((word) => word === value);
          if (mark) void markTarget(target, mark);
        }}
      />
      <TagsInput
        label="Tags"
        size="xs"
        value={[...tags]}
        data={summary?.tags.map(({ tag }) => tag) ?? []}
        onChange={(next) => {
          for (const tag of next) if (!tags.includes(tag)) void tagTarget(target, tag, true);
          for (const tag of tags) if (!next.includes(tag)) void tagTarget(target, tag, false);
        }}
      />
      <Comment key={`${row.seq}-${triage?.comment ?? ""}`} seq={row.seq} comment={triage?.comment ?? ""} />
      {triage?.activity != null && (
        <p>
          Folded into <b>{triage.activity}</b>
        </p>
      )}
      {triage?.flag != null && (
        <p>
          Flag: <b>{triage.flag}</b>
        </p>
      )}
    </>
  );
}

function Comment({ seq, comment }: { readonly seq: number; readonly comment: string }) {
  const [text, setText] = useState(comment);
  const save = () =>
    attempt("commenting", async () => {
      await ask("triage.comment", { seq, text });
    });
  return (
    <div className="column" style={{ gap: 6 }}>
      <Textarea
        id="event-comment"
        label="Comment"
        minRows={3}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        }}
      />
      <div className="row">
        <Button disabled={text.trim() === comment} onClick={() => void save()}>
          Save comment
        </Button>
        <span className="text-3 size-11">goes into the case and its diary; earlier versions stay</span>
      </div>
    </div>
  );
}

/** Every act of the analyst on one event. */
export function HistoryTab({ row }: { readonly row: EventRow }) {
  const revision = useSession((session) => session.revision);
  const acts = shown(useAsk("triage.historyOf", { seq: row.seq }, revision));
  if (!acts) return null;
  if (acts.length === 0) return <p className="text-2">Nothing was done with this event yet.</p>;
  return (
    <ol className="event-acts">
      {acts.map((act) => (
        <li key={`${act.act}-${act.what}`}>
          <span className="text-3 number">{moment(act.at)}</span>
          <span className={act.state === "standing" ? "grow" : "grow text-3"}>{act.what}</span>
          {act.state !== "standing" && <span className="text-3">undone</span>}
        </li>
      ))}
    </ol>
  );
}
