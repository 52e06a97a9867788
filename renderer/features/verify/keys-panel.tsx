import { Button } from "@mantine/core";
import { IconPin, IconPinnedOff } from "@tabler/icons-react";
import { useState } from "react";

import { type PinnedItem } from "../../../core/api/trust-contract.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type KeyUse } from "../../../core/model/verdict.ts";
import { runCommand } from "../../commands.ts";
import { useSession } from "../../state/session.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted, exactBytes, moment } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { PinDialog } from "./pin-dialog.tsx";
import { UnpinDialog } from "./unpin-dialog.tsx";
import { type AnySubject, type Subject } from "./subject.ts";

/** Who signed, and how the examiner comes to know them. */
export function KeysPanel({ subject }: { readonly subject: AnySubject }) {
  const [pinning, setPinning] = useState<KeyUse | null>(null);
  const [unpinning, setUnpinning] = useState<PinnedItem | null>(null);
  const { keys } = subject.result;
  return (
    <section className="panel keys" aria-label="Keys">
      <div className="panel-head">
        <h2>Keys</h2>
        <span className="aside">{keys.length === 0 ? "none used" : `${keys.length} used`}</span>
        <span className="end size-12">
          <button type="button" className="link" onClick={() => runCommand("screen.settings")}>
            Manage
          </button>
        </span>
      </div>
      <div className="scroll">
        <ul>
          {keys.map((key) => (
            <KeyItem
              key={`${key.name}+${key.id}`}
              item={key}
              ofAttachment={subject.kind === "attachment"}
              onPin={() => setPinning(key)}
              onUnpin={setUnpinning}
            />
          ))}
          {keys.length === 0 && <li className="size-12 text-2">{WITHOUT_KEYS[subject.kind]}</li>}
        </ul>
        {subject.kind !== "attachment" && <WhatCameIn subject={subject} />}
      </div>
      {unpinning && <UnpinDialog item={unpinning} subject={subject} onClose={() => setUnpinning(null)} />}
      {pinning && subject.kind !== "attachment" && (
        <PinDialog item={pinning} subject={subject} onClose={() => setPinning(null)} />
      )}
    </section>
  );
}

const WITHOUT_KEYS: Readonly<Record<AnySubject["kind"], string>> = {
  exhibit: "No signature was found in this evidence.",
  checked: "No signature was found in this evidence.",
  attachment: "No key that you gave or pinned signed this.",
};

interface KeyItemProps {
  readonly item: KeyUse;
  /** Keys of attachments are given for one check, and certificates vouched for by the trusted root; neither is pinned. */
  readonly ofAttachment: boolean;
  readonly onPin: () => void;
  readonly onUnpin: (pinned: PinnedItem) => void;
}

function KeyItem({ item, ofAttachment, onPin, onUnpin }: KeyItemProps) {
  const pinned = useSession((session) => session.home?.pinned.find((candidate) => isThis(candidate, item)));
  return (
    <li>
      <b className="medium anywhere">{item.name}</b>
      <div>
        <TrustBadge trust={item.trust} isGiven={ofAttachment && pinned === undefined} />
      </div>
      <div className="mono text-2 anywhere">{item.id}</div>
      {pinned && (
        <>
          <div className="text-3 size-12">
            Pinned {moment(pinned.pinnedAt)} UTC. Known by: {pinned.reason}
          </div>
          <Button
            mt={6}
            variant="subtle"
            leftSection={<IconPinnedOff size={14} aria-hidden />}
            onClick={() => onUnpin(pinned)}
          >
            Unpin
          </Button>
        </>
      )}
      {item.trust === "pinned" && !pinned && (
        <div className="text-3 size-12">
          {ofAttachment
            ? "You gave it, or the trusted root that vouches for it, for this check alone."
            : "Named by a policy that you pinned, or by a key that handed over to it."}
        </div>
      )}
      {item.trust !== "pinned" && (
        <>
          <div className="text-3 size-12">
            {item.trust === "bundle"
              ? "This key came inside the evidence. Consistent, but shows nothing about who holds it."
              : "It signed, but its key is not at hand."}
          </div>
          {!ofAttachment && (
            <Button mt={6} leftSection={<IconPin size={14} aria-hidden />} onClick={onPin}>
              Pin this key
            </Button>
          )}
        </>
      )}
    </li>
  );
}

/** Ids of log keys are short: two logs may share one. */
function isThis({ kind, ref, ids, name }: PinnedItem, key: KeyUse): boolean {
  if (kind === "log-key" && ref === key.vkey) return true;
  return ids.includes(key.id) && (kind !== "log-key" || name === key.name);
}

interface TrustBadgeProps {
  readonly trust: KeyUse["trust"];
  /** For one check alone, and kept nowhere. */
  readonly isGiven: boolean;
}

function TrustBadge({ trust, isGiven }: TrustBadgeProps) {
  switch (trust) {
    case "pinned":
      return <VerdictBadge bare verdict="verified" word={isGiven ? "Trusted for this check" : "Pinned by you"} />;
    case "bundle":
      return <VerdictBadge bare verdict="not-verifiable" word="From the bundle only" />;
    case "unknown":
      return <VerdictBadge bare verdict="not-verifiable" word="Unknown" />;
  }
}

/** How often the import noted something. */
function noted({ notes }: Exhibit, code: string): number {
  return notes.find((note) => note.code === code)?.count ?? 0;
}

/** What was received, and that nothing of it was lost on the way in. */
function WhatCameIn({ subject }: { readonly subject: Subject }) {
  const { counts } = subject.result;
  const sealed = [
    ...(counts.withheld > 0 ? ([["Withheld", count(counts.withheld)]] as const) : []),
    ...(counts.absent > 0 ? ([["Absent", count(counts.absent)]] as const) : []),
  ];
  if (subject.kind === "checked") {
    return (
      <div className="came-in">
        <h3 className="label">What came in</h3>
        <Fields rows={[["Records", count(counts.records)], ...sealed]} />
      </div>
    );
  }
  const { exhibit } = subject;
  return (
    <div className="came-in">
      <h3 className="label">What came in</h3>
      <Fields
        rows={[
          ["SHA-256", <DigestChip key="digest" digest={exhibit.sha256} />],
          ["Size", exactBytes(exhibit.byteLength)],
          ["Received", `${moment(exhibit.receivedAt)} UTC`],
          ["Source", `${exhibit.source.name}: ${exhibit.source.reason}`],
          ["Records in", count(exhibit.records)],
          ["Rows out", `${count(exhibit.events)}, with problems ${count(exhibit.problems)}`],
          ["Undated", count(exhibit.undated)],
          ["Copies", `${counted(noted(exhibit, "copy"), "record")} with the bytes of another`],
          ["Id conflicts", `${counted(noted(exhibit, "event-id-conflict"), "event id")} on different bytes`],
          ...sealed,
        ]}
      />
    </div>
  );
}
