import { Button, Select } from "@mantine/core";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { anchorWords, offsetText, setZone, useClock } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { setOffset } from "../../state/triage.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { zoneNames } from "../../ui/zone.ts";
import { OffsetForm } from "./offset-form.tsx";

const ZONES = zoneNames();
const NO_EXHIBITS: readonly Exhibit[] = [];

/** The one clock: the zone times are shown in, and an offset per source whose clock was not right. */
export function ClockDialog() {
  const { open, zone } = useClock();
  const exhibits = useSession((session) => session.caseState?.exhibits ?? NO_EXHIBITS);
  const close = () => useClock.setState({ open: false });
  return (
    <Dialog opened={open} onClose={close} title="Clock" width={560}>
      <div className="column" style={{ gap: 14 }}>
        <Select
          label="Times are shown in"
          description="Rows, strip, lanes, pins and places to go to. The records and every export keep UTC."
          searchable
          data={[...ZONES]}
          value={zone}
          allowDeselect={false}
          limit={200}
          onChange={(value) => value !== null && setZone(value)}
        />
        {exhibits.length > 0 && <Offsets exhibits={exhibits} />}
      </div>
    </Dialog>
  );
}

function Offsets({ exhibits }: { readonly exhibits: readonly Exhibit[] }) {
  const offsets = useClock((clock) => clock.offsets);
  return (
    <section className="column" style={{ gap: 8 }}>
      <h3 className="label">Clock offsets</h3>
      <p className="text-2 size-12">
        Added to the recorded times of one source to see its events beside those of others. A view: the recorded time
        stays beside the shown one, and the records stay as they are.
      </p>
      {[...offsets.values()].map(({ exhibit, nanoseconds, method, anchors }) => (
        <div key={exhibit} className="row">
          <b>{exhibit}</b>
          <span className="number">{offsetText(nanoseconds)}</span>
          <span className="grow ellipsis text-2" title={method}>
            {method}, {anchorWords(anchors.length)}
          </span>
          <Button onClick={() => void setOffset(exhibit, 0n, "taken away", [])}>Take away</Button>
        </div>
      ))}
      <OffsetForm exhibits={exhibits} />
    </section>
  );
}
