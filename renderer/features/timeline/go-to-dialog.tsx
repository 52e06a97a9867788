import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Instant, parseInstant } from "../../../core/model/time.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useTimeline } from "../../state/timeline.ts";
import { useTimelineResult } from "../../state/timeline-result.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useClock } from "../../state/clock.ts";
import { isoDate } from "../../ui/format.ts";
import { fromWallTime } from "../../ui/zone.ts";
import { focusOn } from "./timeline-acts.ts";
import { instant } from "../../../core/model/time.ts";

type Target = { readonly seq: number } | { readonly time: Instant };

/** A record number, a date, a time of the first day, or both. */
function parseTarget(text: string, firstDay: string): Target | undefined {
  const plain = text.trim().replaceAll(",", "");
  if (/^\d+$/.test(plain)) return { seq: Number(plain) };
  const full = /^\d{4}-\d\d-\d\d$/.test(plain)
    ? `${plain}T00:00:00Z`
    : /^\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(plain)
      ? `${firstDay}T${plain.length === 5 ? `${plain}:00` : plain}Z`
      : plain.replace(" ", "T").replace(/([0-9])$/, "$1Z");
  const time = parseInstant(full);
  if (time === undefined) return undefined;
  // A time with a zone of its own says what it means; any other is on the clock of the window.
  return { time: /[Zz]$|[+-]\d\d:\d\d$/.test(plain) ? time : fromWallTime(time) };
}

export function GoToDialog() {
  const open = useTimeline((view) => view.goingTo);
  const result = useTimelineResult((state) => state.result);
  const zone = useClock((clock) => clock.zone);
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<string | null>(null);
  const close = () => {
    setText("");
    setTrouble(null);
    useTimeline.setState({ goingTo: false });
  };
  const go = () =>
    attempt("finding the record", async () => {
      if (!result) return;
      const firstDay = result.first === null ? "1970-01-01" : isoDate(instant(result.first));
      const target = parseTarget(text, firstDay);
      if (!target) {
        setTrouble("expected a record number, 02:31:05, 2026-11-11 or 2026-11-11 02:31:05");
        return;
      }
      const row = await ask("timeline.locate", { resultId: result.resultId, ...target });
      if (row === null) {
        setTrouble("no matching row there; a pin or the query may hide it");
        return;
      }
      focusOn(row, "move");
      close();
    });
  return (
    <Dialog opened={open} onClose={close} title="Go to time or record number" width={380}>
      <form
        className="column"
        style={{ gap: 12 }}
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <TextInput
          label={`Time (${zone}) or record number`}
          value={text}
          error={trouble}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button variant="filled" type="submit">
            Go
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
