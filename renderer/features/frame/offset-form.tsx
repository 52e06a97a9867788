import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { NANOSECONDS_PER_SECOND } from "../../../core/model/time.ts";
import { type ClockSuggestion } from "../../../core/model/triage.ts";
import { lengthText, offsetText } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { setOffset } from "../../state/triage.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";

/** Finds and sets the offset of one source: by hand, or from records that two sources have in common. */
export function OffsetForm({ exhibits }: { readonly exhibits: readonly Exhibit[] }) {
  const revision = useSession((session) => session.revision);
  const [exhibit, setExhibit] = useState(exhibits[1]?.id ?? exhibits[0]?.id ?? "");
  const [beside, setBeside] = useState(exhibits[0]?.id ?? "");
  const [seconds, setSeconds] = useState("");
  const [method, setMethod] = useState("");
  /** The pairs behind the offset, as long as it is their median. */
  const [anchors, setAnchors] = useState<ClockSuggestion["pairs"]>([]);
  const others = exhibits.filter(({ id }) => id !== exhibit);
  const reference = others.find(({ id }) => id === beside) ?? others[0];
  const suggestion = shown(
    useAsk("clock.suggest", reference ? { exhibit, reference: reference.id } : "wait", revision),
  );
  const parsed = nanosecondsOf(seconds);
  const write = (text: string) => {
    setSeconds(text);
    setAnchors([]);
  };
  const choose = (id: string | null) => {
    setExhibit(id ?? exhibit);
    setMethod("");
    write("");
  };
  const takeMedian = (nanoseconds: bigint, { pairs, found }: ClockSuggestion) => {
    write(secondsOf(nanoseconds));
    setMethod(`median of ${count(found)} records with the same request id in ${reference?.id ?? ""}`);
    setAnchors(pairs);
  };
  const apply = () => {
    if (parsed === undefined) return;
    const pairs = anchors.map(({ seq, otherSeq }): [number, number] => [seq, otherSeq]);
    void setOffset(exhibit, parsed, method.trim(), pairs);
    choose(exhibit);
  };
  return (
    <div className="column" style={{ gap: 8 }}>
      <div className="row" style={{ alignItems: "end" }}>
        <Select
          label="Source"
          allowDeselect={false}
          style={{ flex: 1 }}
          data={choices(exhibits)}
          value={exhibit}
          onChange={choose}
        />
        {reference && (
          <Select
            label="Beside"
            allowDeselect={false}
            style={{ flex: 1 }}
            data={choices(others)}
            value={reference.id}
            onChange={(id) => setBeside(id ?? reference.id)}
          />
        )}
      </div>
      {reference && suggestion && (
        <p className="size-12" role="status">
          {suggestion.nanoseconds === null ? (
            "No request id stands once in both sources, so no pairs can be compared."
          ) : (
            <Median suggestion={suggestion} nanoseconds={suggestion.nanoseconds} onTake={takeMedian} />
          )}
        </p>
      )}
      {reference && suggestion && suggestion.pairs.length > 0 && <AnchorPairs suggestion={suggestion} />}
      <div className="row" style={{ alignItems: "start" }}>
        <TextInput
          label="Offset in seconds"
          value={seconds}
          error={seconds !== "" && parsed === undefined ? "expected a number such as 422 or -0.25" : undefined}
          onChange={(event) => write(event.currentTarget.value)}
        />
        <TextInput
          label="Method"
          placeholder="how the offset was found"
          style={{ flex: 1 }}
          value={method}
          onChange={(event) => setMethod(event.currentTarget.value)}
        />
        <Button mt={17} disabled={parsed === undefined || method.trim() === ""} onClick={apply}>
          Apply
        </Button>
      </div>
    </div>
  );
}

function choices(exhibits: readonly Exhibit[]) {
  return exhibits.map(({ id, label }) => ({ value: id, label: `${id} ${label}` }));
}

interface MedianProps {
  readonly suggestion: ClockSuggestion;
  readonly nanoseconds: bigint;
  readonly onTake: (nanoseconds: bigint, suggestion: ClockSuggestion) => void;
}

function Median({ suggestion, nanoseconds, onTake }: MedianProps) {
  return (
    <>
      {counted(suggestion.found, "anchor pair")}: median <b>{offsetText(nanoseconds)}</b>, the middle half within{" "}
      {lengthText(suggestion.spread)}.{" "}
      <Button variant="subtle" onClick={() => onTake(nanoseconds, suggestion)}>
        Take the median
      </Button>
    </>
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

/** "422.25" of nanoseconds, as {@link nanosecondsOf} reads it. */
function secondsOf(nanoseconds: bigint): string {
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(length % NANOSECONDS_PER_SECOND)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const whole = `${nanoseconds < 0n ? "-" : ""}${length / NANOSECONDS_PER_SECOND}`;
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function nanosecondsOf(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = ""] = /^([+-]?)(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (whole === "") return undefined;
  const length = BigInt(whole) * NANOSECONDS_PER_SECOND + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -length : length;
}
