import { TextInput } from "@mantine/core";

import { type ExhibitProvenance } from "../../../core/model/case-details.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";

const SHA256 = /^([0-9a-f]{64})?$/;

/** The exhibits whose digest at the source is none. */
export function withoutDigest(provenance: readonly ExhibitProvenance[]): readonly string[] {
  return provenance.filter(({ digestAtSource }) => !SHA256.test(digestAtSource)).map(({ exhibit }) => exhibit);
}

/** How each exhibit came to the examiner: what no file can say about itself. */
export function ProvenanceForm({
  exhibits,
  provenance,
  onChange,
}: {
  readonly exhibits: readonly Exhibit[];
  readonly provenance: readonly ExhibitProvenance[];
  readonly onChange: (provenance: readonly ExhibitProvenance[]) => void;
}) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Evidence received</h2>
      </div>
      <div className="panel-body column" style={{ gap: 10 }}>
        {exhibits.length === 0 && (
          <p className="text-2">No evidence yet. Each exhibit gets its lines here when it is imported.</p>
        )}
        {exhibits.map((exhibit) => {
          const stated = provenance.find((one) => one.exhibit === exhibit.id) ?? nothingStated(exhibit.id);
          const set = (change: Partial<ExhibitProvenance>) =>
            onChange([...provenance.filter((one) => one.exhibit !== exhibit.id), { ...stated, ...change }]);
          return (
            <fieldset key={exhibit.id} className="form-grid exhibit-provenance">
              <legend>
                {exhibit.id} <span className="text-2">{exhibit.label}</span>
              </legend>
              <TextInput
                label="Received from"
                value={stated.receivedFrom}
                onChange={(event) => set({ receivedFrom: event.currentTarget.value })}
              />
              <TextInput
                label="How it was received"
                value={stated.receivedHow}
                onChange={(event) => set({ receivedHow: event.currentTarget.value })}
              />
              <div className="wide">
                <TextInput
                  label="SHA-256 taken at the source"
                  description={digestNote(stated.digestAtSource, exhibit.sha256)}
                  error={
                    SHA256.test(stated.digestAtSource) ? undefined : "64 digits from 0 to 9 and a to f, or nothing"
                  }
                  value={stated.digestAtSource}
                  onChange={(event) => set({ digestAtSource: event.currentTarget.value.trim().toLowerCase() })}
                />
              </div>
            </fieldset>
          );
        })}
      </div>
    </section>
  );
}

function nothingStated(exhibit: string): ExhibitProvenance {
  return { exhibit, receivedFrom: "", receivedHow: "", digestAtSource: "" };
}

function digestNote(stated: string, taken: string): string {
  if (stated === "") return "Empty is printed as “none supplied”";
  return stated === taken ? "Equal to the digest taken on receipt" : "Differs from the digest taken on receipt";
}
