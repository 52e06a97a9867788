import { Checkbox, TextInput } from "@mantine/core";

import { type Citation, type Finding } from "../../../core/model/finding.ts";
import { usePackageChoices, withhold } from "../../state/package-choices.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Records listed one by one; a package with more of them is redacted by the command line. */
const SHOWN_ITEMS = 500;

interface WithholdDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Which cited records stay behind, and why: their place, digests and proof go with the package. */
export function WithholdDialog({ opened, onClose }: WithholdDialogProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Withhold content" width={680}>
      <div className="column" style={{ gap: 12 }}>
        <Notice tone="info">
          The content is left out of this package; digest and proof still show that the record exists. What you wrote
          about it in a finding stays as you wrote it. A short record can be guessed from its digest.
        </Notice>
        {opened && <CitedItems />}
      </div>
    </Dialog>
  );
}

function CitedItems() {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("finding.list", undefined, revision);
  const findings = shown(answer);
  if (answer.state === "failed") return <FailureNote failure={answer.failure} />;
  if (!findings) return <p className="size-12 text-2">Reading the findings.</p>;
  const items = itemsOf(findings);
  if (items.length === 0) return <p className="size-12 text-2">No standing finding cites a record.</p>;
  return (
    <>
      <ul className="withhold-items" tabIndex={0} aria-label="Cited records">
        {items.slice(0, SHOWN_ITEMS).map((item) => (
          <ItemLine key={item.citation.exhibitItem} item={item} />
        ))}
      </ul>
      {items.length > SHOWN_ITEMS && (
        <p className="size-12 text-2">
          and {counted(items.length - SHOWN_ITEMS, "more record")}: “assay report --redact” reaches all
        </p>
      )}
    </>
  );
}

interface CitedItem {
  readonly citation: Citation;
  readonly findings: readonly string[];
}

/** Every record that a standing finding cites, once, in the order of its item. */
function itemsOf(findings: readonly Finding[]): readonly CitedItem[] {
  const items = new Map<string, CitedItem>();
  for (const { id, citations, contradicting, withdrawn } of findings) {
    if (withdrawn !== null) continue;
    for (const citation of [...citations, ...contradicting.citations]) {
      const known = items.get(citation.exhibitItem)?.findings ?? [];
      items.set(citation.exhibitItem, { citation, findings: [...new Set([...known, id])] });
    }
  }
  return [...items.values()].sort((a, b) => (a.citation.exhibitItem < b.citation.exhibitItem ? -1 : 1));
}

function ItemLine({ item: { citation, findings } }: { readonly item: CitedItem }) {
  const { exhibitItem, seq, verdict } = citation;
  const reason = usePackageChoices(({ withheld }) => withheld[exhibitItem]);
  return (
    <li>
      <div className="row">
        <Checkbox
          label={<span className="mono">{exhibitItem}</span>}
          checked={reason !== undefined}
          onChange={(event) => withhold(exhibitItem, event.currentTarget.checked ? "" : null)}
        />
        <span className="grow size-12 text-2">
          record {count(seq)}, cited by {findings.join(", ")}
        </span>
        <VerdictBadge bare verdict={verdict} />
      </div>
      {reason !== undefined && (
        <TextInput
          label={`Why is ${exhibitItem} withheld?`}
          value={reason}
          onChange={(event) => withhold(exhibitItem, event.currentTarget.value)}
        />
      )}
    </li>
  );
}
