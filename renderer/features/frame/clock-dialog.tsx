import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type ClockSuggestion } from "../../../core/model/triage.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { lengthText, offsetText, setZone, useClock } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { count, counted } from "../../ui/format.ts";
import { zoneNames } from "../../ui/zone.ts";

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
            {method}, {counted(anchors.length, "anchor pair")}
          </span>
          <Button onClick={() => void setOffset(exhibit, 0n, "taken away", [])}>Take away</Button>
        </div>
      ))}
      <OffsetForm exhibits={exhibits} />
    </section>
  );
}

function OffsetForm({ exhibits }: { readonly exhibits: readonly Exhibit[] }) {
  const revision = useSession((session) => session.revision);
  const [exhibit, setExhibit] = useState<string | null>(exhibits[1]?.id ?? exhibits[0]?.id ?? null);
  const [reference, setReference] = useState<string | null>(exhibits[0]?.id ?? null);
  const [seconds, setSeconds] = useState("");
  const [method, setMethod] = useState("");
  const pair = exhibit !== null && reference !== null && exhibit !== reference;
  const suggestion = shown(useAsk("clock.suggest", pair ? { exhibit, reference } : "wait", revision));
  const data = exhibits.map(({ id, label }) => ({ value: id, label: `${id} ${label}` }));
  const parsed = nanosecondsOf(seconds);
  const takeMedian = () => {
    if (suggestion?.nanoseconds == null) return;
    setSeconds(`${Number(suggestion.nanoseconds) / 1e9}`);
    setMethod(`median of ${count(suggestion.found)} records with the same request id in ${reference ?? ""}`);
  };
  const apply = () => {
    const anchors = suggestion?.pairs.map(({ seq, otherSeq }): [number, number] => [seq, otherSeq]) ?? [];
    if (exhibit !== null && parsed !== undefined) void setOffset(exhibit, parsed, method.trim(), anchors);
  };
  return (
    <div className="column" style={{ gap: 8 }}>
      <div className="row" style={{ alignItems: "end" }}>
        <Select label="Source" allowDeselect={false} data={data} value={exhibit} onChange={setExhibit} />
        <Select label="Beside" allowDeselect={false} data={data} value={reference} onChange={setReference} />
      </div>
      {pair && suggestion && (
        <p className="size-12" role="status">
          {suggestion.nanoseconds === null ? (
            "No request id stands once in both sources, so no pairs can be compared."
          ) : (
            <>
              {counted(suggestion.found, "anchor pair")}: median <b>{offsetText(suggestion.nanoseconds)}</b>, the middle
              half within {lengthText(suggestion.spread)}.{" "}
              <Button variant="subtle" onClick={takeMedian}>
                Take the median
              </Button>
            </>
          )}
        </p>
      )}
      {pair && suggestion && suggestion.pairs.length > 0 && <AnchorPairs suggestion={suggestion} />}
      <div className="row" style={{ alignItems: "end" }}>
        <TextInput
          label="Offset in seconds"
          value={seconds}
          error={seconds !== "" && parsed === undefined ? "expected a number such as 422 or -0.25" : undefined}
          onChange={(event) => setSeconds(event.currentTarget.value)}
        />
        <TextInput
          label="Method"
          placeholder="how the offset was found"
          style={{ flex: 1 }}
          value={method}
          onChange={(event) => setMethod(event.currentTarget.value)}
        />
        <Button disabled={exhibit === null || parsed === undefined || method.trim() === ""} onClick={apply}>
          Apply
        </Button>
      </div>
    </div>
  );
}

/** The records the median is taken of: positions in both sources, and how far apart their clocks put them. */
function AnchorPairs({ suggestion: { pairs, found } }: { readonly suggestion: ClockSuggestion }) {
  return (
    <div style={{ maxHeight: 132, overflow: "auto" }} tabIndex={0} role="region" aria-label="Anchor pairs">
      <table className="table">
        <thead>
          <tr>
            <th>Record</th>
            <th>Beside record</th>
            <th>Apart</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ seq, otherSeq, difference }) => (
            <tr key={seq}>
              <td className="number">{count(seq)}</td>
              <td className="number">{count(otherSeq)}</td>
              <td className="number">{offsetText(difference)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found > pairs.length && (
        <p className="text-2 size-12">
          The first {count(pairs.length)} of {count(found)}.
        </p>
      )}
    </div>
  );
}

function nanosecondsOf(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = ""] = /^([+-]?)(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (whole === "") return undefined;
  const length = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -length : length;
}

function setOffset(exhibit: string, nanoseconds: bigint, method: string, anchors: [number, number][]): Promise<void> {
  return attempt("setting the clock offset", async () => {
    await ask("clock.set", { exhibit, nanoseconds, method, anchors });
  });
}
