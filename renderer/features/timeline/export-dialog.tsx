import { Button, Select } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { type InputOf, type OutputOf } from "../../../core/api/contract.ts";
import { type Failure } from "../../../core/api/failure.ts";
import { type Progress } from "../../../core/model/progress.ts";
import { ask, failureOf, isCancelled, shell } from "../../case-client.ts";
import { questionOf, useTimeline, type TimelineView } from "../../state/timeline.ts";
import { useTimelineResult } from "../../state/timeline-result.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote, WorkProgress } from "../../ui/states.tsx";

type Format = InputOf<"export.write">["format"];
type Written = OutputOf<"export.write">;

const FORMATS: readonly { readonly value: Format; readonly label: string; readonly extension: string }[] = [
  { value: "csv", label: "CSV, every field", extension: "csv" },
  { value: "jsonl", label: "JSON lines, every field", extension: "jsonl" },
  { value: "parquet", label: "Parquet", extension: "parquet" },
  { value: "timesketch", label: "Timesketch", extension: "jsonl" },
  { value: "l2tcsv", label: "Plaso l2tcsv", extension: "csv" },
  { value: "json_line", label: "Plaso JSON lines", extension: "jsonl" },
  { value: "ocsf", label: "OCSF", extension: "jsonl" },
  { value: "ecs", label: "Elastic Common Schema", extension: "jsonl" },
  { value: "stix", label: "STIX 2.1 bundle", extension: "json" },
];

/** Writes every row that matches, for other tools, with a signed manifest. */
export function ExportDialog() {
  const opened = useTimeline((view) => view.exporting);
  const close = () => useTimeline.setState({ exporting: false });
  return (
    <Dialog opened={opened} onClose={close} title="Export what matches" width={520}>
      {opened && <ExportForm onClose={close} />}
    </Dialog>
  );
}

function ExportForm({ onClose }: { readonly onClose: () => void }) {
  const view = useTimeline();
  const asked = [view.query, ...view.pins].filter((part) => part !== "");
  const matching = useTimelineResult((state) => state.result?.matching ?? 0);
  const [format, setFormat] = useState<Format>("csv");
  const [progress, setProgress] = useState<Progress | null>(null);
  const [startedAt, setStartedAt] = useState<number | null>(null);
  const [written, setWritten] = useState<Written | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const controller = useRef<AbortController | null>(null);
  // Nobody would see the end of an export whose dialog is closed.
  useEffect(() => () => controller.current?.abort(), []);
  const write = async () => {
    setFailure(null);
    try {
      const extension = FORMATS.find(({ value }) => value === format)?.extension ?? "";
      const target = await shell.chooseTarget("export", `events.${extension}`);
      if (!target) return;
      controller.current = new AbortController();
      setProgress(null);
      setStartedAt(performance.now());
      const { signal } = controller.current;
      const order = { grant: target.grant, format, ...questionOf(view) };
      setWritten(await ask("export.write", order, { signal, onProgress: setProgress }));
    } catch (error) {
      if (!isCancelled(error)) setFailure(failureOf(error));
    } finally {
      setStartedAt(null);
    }
  };
  if (written) return <Done written={written} onClose={onClose} />;
  return (
    <div className="column" style={{ gap: 12 }}>
      <p>
        <b>{counted(matching, "row matches", "rows match")}</b>
        {asked.length > 0 && (
          <>
            : <span className="mono">{asked.join(" AND ")}</span>
          </>
        )}
      </p>
      <p className="text-2 size-12">
        The file has exactly these rows, in the order of the grid{hidden(view)}. Times are UTC as recorded, with shown
        times beside them where a clock offset is set. A signed manifest with counts and digests is written beside it.
      </p>
      <Select
        label="Format"
        data-autofocus
        data={FORMATS.map(({ value, label }) => ({ value, label }))}
        value={format}
        allowDeselect={false}
        onChange={(value) => {
          const chosen = FORMATS.find((item) => item.value === value);
          if (chosen) setFormat(chosen.value);
        }}
      />
      {startedAt !== null && (
        <WorkProgress progress={progress} startedAt={startedAt} onCancel={() => controller.current?.abort()} />
      )}
      {failure && <FailureNote failure={failure} />}
      <div className="row">
        <Button variant="filled" disabled={startedAt !== null} onClick={() => void write()}>
          Export
        </Button>
        {startedAt === null && <Button onClick={onClose}>Cancel</Button>}
      </div>
    </div>
  );
}

/** What the default pins leave out, and so the file does. */
function hidden({ hideLogRecords, foldCopies }: TimelineView): string {
  const left = [...(hideLogRecords ? ["the log’s own records"] : []), ...(foldCopies ? ["further copies"] : [])];
  return left.length === 0 ? "" : `, without ${left.join(" and ")}`;
}

function Done({ written, onClose }: { readonly written: Written; readonly onClose: () => void }) {
  return (
    <div className="column" style={{ gap: 10 }} role="status">
      {written.files.map(({ name, rows, sha256 }) => (
        <p key={name} className="row">
          <b className="grow ellipsis">{name}</b>
          <span className="number">{counted(rows, "row")}</span>
          <DigestChip digest={sha256} />
        </p>
      ))}
      <p className="text-2 size-12">Manifest: {written.manifest}</p>
      {written.remark !== "" && <Notice tone="info">{written.remark}</Notice>}
      <div className="row">
        <Button variant="filled" onClick={onClose}>
          Close
        </Button>
        <span className="text-3 size-12">{count(written.files.length)} written; the diary says so</span>
      </div>
    </div>
  );
}
