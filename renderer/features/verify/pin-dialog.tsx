import { type KeyUse, type VerifyResult } from "../../../core/model/verdict.ts";
import { reverify } from "../../state/verify-acts.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PinForm } from "../trust/pin-form.tsx";
import { type Subject } from "./subject.ts";

interface PinDialogProps {
  readonly item: KeyUse;
  readonly subject: Subject;
  readonly onClose: () => void;
}

/** Pins a key that evidence was signed with; an exhibit is verified again at once. */
export function PinDialog({ item, subject, onClose }: PinDialogProps) {
  const pinned = () => {
    onClose();
    if (subject.kind === "exhibit") void reverify(subject.exhibit.id, subject.exhibit.label);
  };
  return (
    <Dialog opened onClose={onClose} title={`Pin the key of ${item.name}`} width={520}>
      <div className="column" style={{ gap: 12 }}>
        <Notice tone="info">
          Pinning says that you know, from outside this evidence, that this key belongs to the log. Take the key from
          its keeper, not from the bundle, and compare every character.
        </Notice>
        <PinForm
          description={
            isCloudTrail(subject.result)
              ? `The answer of ListPublicKeys of the region and period, or the key alone; it has the fingerprint ${item.id}`
              : `As its keeper published it; it begins with ${item.name}+${item.id}`
          }
          submit={subject.kind === "exhibit" ? "Pin and verify again" : "Pin this key"}
          onPinned={pinned}
        />
      </div>
    </Dialog>
  );
}

function isCloudTrail({ proof }: VerifyResult): boolean {
  return proof === "cloudtrail-digests" || proof === "cloudtrail-lake";
}
