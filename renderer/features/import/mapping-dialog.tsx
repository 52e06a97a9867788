import "./import.css";

import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { type EvidenceLook, type MappingPreview } from "../../../core/model/import-preview.ts";
import { closeMapping, useMapping } from "../../state/mapping.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { YamlEditor } from "../../ui/yaml-editor.tsx";
import { FieldTable } from "./field-table.tsx";
import { PreviewTable } from "./preview-table.tsx";

const TYPING_PAUSE_MS = 250;
const NO_PREVIEW: MappingPreview = { faults: [], columns: [], rows: [], empty: 0, undated: 0 };

/** Shows what a piece of evidence holds, and what a mapping makes of it while it is written. */
export function MappingDialog() {
  const task = useMapping((state) => state.task);
  if (!task) return null;
  return (
    <Dialog opened onClose={closeMapping} title={`Map ${task.look.label} by hand`} width={1160}>
      <MappingForm key={task.look.look} look={task.look} onDone={task.done} />
    </Dialog>
  );
}

interface MappingFormProps {
  readonly look: EvidenceLook;
  readonly onDone: (mapping: string | null) => void;
}

function MappingForm({ look, onDone }: MappingFormProps) {
  const [text, setText] = useState(look.draft);
  const [settled] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const answer = useAsk("import.preview", { look: look.look, mapping: settled }, 0);
  const preview = shown(answer) ?? NO_PREVIEW;
  const usable = answer.state === "ready" && settled === text && preview.faults.length === 0;
  return (
    <div className="mapping-form">
      <Recognised look={look} />
      <section className="mapping-part" aria-label="Members of the records">
        <h3>
          Members <span className="text-2">of {counted(look.sampled, "record")}</span>
        </h3>
        <FieldTable fields={look.fields} sampled={look.sampled} />
      </section>
      <section className="mapping-part mapping-text" aria-label="Mapping">
        <h3>Mapping</h3>
        <YamlEditor label="Mapping as YAML" text={look.draft} faults={preview.faults} onChange={setText} />
        <Faults preview={preview} />
      </section>
      <section className="mapping-part wide" aria-label="Preview">
        <h3>
          First records <span className="text-2">{summary(preview)}</span>
        </h3>
        <PreviewTable preview={preview} />
      </section>
      <div className="row mapping-actions">
        {answer.state === "failed" && <span className="text-2">{answer.failure.message}</span>}
        <span className="grow" />
        <Button onClick={closeMapping}>Cancel</Button>
        <Button onClick={() => onDone(null)}>
          {look.source ? `Import as ${look.source.title}` : "Import as an unknown log"}
        </Button>
        <Button variant="filled" disabled={!usable} onClick={() => onDone(text)}>
          Import with this mapping
        </Button>
      </div>
    </div>
  );
}

function Recognised({ look }: { readonly look: EvidenceLook }) {
  const { source, file } = look;
  return (
    <div className="wide">
      <Notice tone="info">
        {source
          ? `Recognised as ${source.title}, score ${source.score}: ${source.reason}.`
          : `No source knows these records. The mapping below is drawn up from the names of their members.`}{" "}
        The records shown are the first of {file}.
      </Notice>
    </div>
  );
}

function Faults({ preview }: { readonly preview: MappingPreview }) {
  return (
    <div role="status">
      {preview.faults.length > 0 && (
        <div className="mapping-faults" tabIndex={0} role="group" aria-label="Faults of the mapping">
          <ul>
            {preview.faults.map(({ line, column, message }) => (
              <li key={`${line}:${column}:${message}`}>
                <span className="mono">
                  {line}:{column}
                </span>{" "}
                {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function summary({ rows, empty, undated, faults }: MappingPreview): string {
  if (faults.length > 0) return "shown again when the mapping can be read";
  const parts = [`${rows.length} shown`];
  if (empty > 0) parts.push(`${empty} with nothing found`);
  if (undated > 0) parts.push(`${undated} without a time that is read`);
  return parts.join(", ");
}
