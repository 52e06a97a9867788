import { Autocomplete, Button, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";

import { ACTIVITY_CONFIDENCES, type ActivityConfidence } from "../../../core/model/triage.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { shownTime } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { useTimeline } from "../../state/timeline.ts";
import { rowAt, useTimelineResult } from "../../state/timeline-result.ts";
import { makeActivity, tagTarget, useTriage } from "../../state/triage.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { counted } from "../../ui/format.ts";
import { focusOn, selectedRows, selectionTarget } from "./timeline-acts.ts";

/** The questions of t, g and b about the selected rows. */
export function TriageDialogs() {
  const dialog = useTriage((state) => state.dialog);
  const close = () => useTriage.setState({ dialog: null });
  const { first, last } = selectedRows();
  const rows = counted(last - first + 1, "row");
  return (
    <>
      <Dialog opened={dialog === "tag"} onClose={close} title={`Tag ${rows}`} width={360}>
        <TagForm onDone={close} />
      </Dialog>
      <Dialog opened={dialog === "activity"} onClose={close} title={`Name an activity of ${rows}`} width={460}>
        <ActivityForm onDone={close} />
      </Dialog>
      <Dialog opened={dialog === "flag"} onClose={close} title="Flag this moment" width={360}>
        <FlagForm onDone={close} />
      </Dialog>
    </>
  );
}

interface FormProps {
  readonly act: string;
  readonly ready: boolean;
  readonly onSubmit: () => Promise<void>;
  readonly children: ReactNode;
}

function Form({ act, ready, onSubmit, children }: FormProps) {
  return (
    <form
      className="column"
      style={{ gap: 12 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void onSubmit();
      }}
    >
      {children}
      <div className="row" style={{ justifyContent: "flex-end" }}>
        <Button variant="filled" type="submit" disabled={!ready}>
          {act}
        </Button>
      </div>
    </form>
  );
}

function TagForm({ onDone }: { readonly onDone: () => void }) {
  const revision = useSession((session) => session.revision);
  const summary = shown(useAsk("triage.summary", undefined, revision));
  const known = summary?.tags.map((used) => used.tag) ?? [];
  const [tag, setTag] = useState("");
  const submit = async () => {
    const target = selectionTarget();
    onDone();
    if (target) await tagTarget(target, tag.trim(), true);
  };
  return (
    <Form act="Tag" ready={tag.trim() !== ""} onSubmit={submit}>
      <Autocomplete
        label="Tag"
        size="xs"
        value={tag}
        data={known}
        onChange={setTag}
        // A list without an entry would take the first Escape unseen.
        {...(known.length === 0 && { dropdownOpened: false })}
        data-autofocus
      />
    </Form>
  );
}

function ActivityForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState("");
  const [technique, setTechnique] = useState("");
  const [confidence, setConfidence] = useState<ActivityConfidence>("likely");
  const [note, setNote] = useState("");
  const wellFormed = /^(T\d{4}(\.\d{3})?)?$/.test(technique.trim());
  const submit = async () => {
    const target = selectionTarget();
    onDone();
    if (!target) return;
    await makeActivity(target, { name: name.trim(), technique: technique.trim(), confidence, note });
    // Its events fold into the first of its rows.
    focusOn(target.first, "move");
  };
  return (
    <Form act="Make activity" ready={name.trim() !== "" && wellFormed} onSubmit={submit}>
      <TextInput
        label="Name"
        description="A neutral one: what was done, as the records say"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Technique"
        description="ATT&CK id such as T1078.004, or nothing"
        value={technique}
        error={wellFormed ? undefined : "expected T and four digits, and for a part a point and three"}
        onChange={(event) => setTechnique(event.currentTarget.value)}
      />
      <div>
        <div className="label" style={{ marginBottom: 3 }}>
          Confidence that these events are one act
        </div>
        <SegmentedControl
          aria-label="Confidence"
          value={confidence}
          data={ACTIVITY_CONFIDENCES.map((word) => ({ value: word, label: word }))}
          onChange={(value) => {
            const word = ACTIVITY_CONFIDENCES.find((candidate) => candidate === value);
            if (word) setConfidence(word);
          }}
        />
      </div>
      <Textarea label="Note" minRows={2} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
    </Form>
  );
}

function FlagForm({ onDone }: { readonly onDone: () => void }) {
  const [label, setLabel] = useState("");
  const submit = () =>
    attempt("flagging the moment", async () => {
      const row = rowAt(useTimelineResult.getState().pages, useTimeline.getState().focusRow);
      onDone();
      if (row?.time == null) return;
      await ask("flag.set", { time: shownTime(row.time, row.exhibit), seq: row.seq, label: label.trim() });
    });
  return (
    <Form act="Flag" ready={label.trim() !== ""} onSubmit={submit}>
      <TextInput label="Label" value={label} onChange={(event) => setLabel(event.currentTarget.value)} data-autofocus />
    </Form>
  );
}
