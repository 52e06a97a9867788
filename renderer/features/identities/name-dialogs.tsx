import { Button, Select, Textarea } from "@mantine/core";
import { useState } from "react";

import { type IdentityCard } from "../../../core/model/identity-card.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { mergeWith, splitName, useIdentities } from "./identities-state.ts";

const WIDTH = 460;

interface NameDialogProps {
  readonly card: IdentityCard;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Which name stands for itself from now on, and why. */
export function SplitDialog({ card, opened, onClose }: NameDialogProps) {
  const names = card.names.map(({ id, label, key }) => ({ value: id, label: `${label} (${key})` }));
  return (
    <NameDialog
      title="Split a name off"
      act="Split"
      choices={names}
      label="Name that is somebody else's"
      opened={opened}
      onClose={onClose}
      onDecide={(name, reason) => void splitName(name, reason)}
    />
  );
}

/** Which other identity was in the same hand, and why. */
export function MergeDialog({ card, opened, onClose }: NameDialogProps) {
  const listed = useIdentities((view) => view.listed);
  const others = listed
    .filter(({ id }) => id !== card.id)
    .map(({ id, label }) => ({ value: id, label: `${label} (${id})` }));
  return (
    <NameDialog
      title="Merge with another identity"
      act="Merge"
      choices={others}
      label="Identity that is the same, of those in the list"
      opened={opened}
      onClose={onClose}
      onDecide={(other, reason) => void mergeWith(card.id, other, reason)}
    />
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly act: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onDecide: (choice: string, reason: string) => void;
}

function NameDialog({ title, act, label, choices, opened, onClose, onDecide }: ChoiceProps) {
  const [choice, setChoice] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  return (
    <Dialog title={title} opened={opened} onClose={onClose} width={WIDTH}>
      <form
        className="column identity-dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (choice === null || reason.trim() === "") return;
          onDecide(choice, reason);
          setChoice(null);
          setReason("");
          onClose();
        }}
      >
        <Select label={label} data={[...choices]} value={choice} onChange={setChoice} searchable limit={50} />
        <Textarea
          label="Why you decide so (goes into the report)"
          autosize
          minRows={2}
          maxRows={6}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <p className="text-3 size-12">Undo takes it back. The custody journal keeps both.</p>
        <div className="row">
          <Button type="submit" variant="filled" disabled={choice === null || reason.trim() === ""}>
            {act}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
