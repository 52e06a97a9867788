import { Button, Checkbox, SegmentedControl, Textarea } from "@mantine/core";
import { useState } from "react";

import { chooseExtra, type PackageForm, usePackageChoices } from "../../state/package-choices.ts";
import { counted } from "../../ui/format.ts";
import { WithholdDialog } from "./withhold-dialog.tsx";

const FORMS: readonly { readonly value: PackageForm; readonly label: string }[] = [
  { value: "zip", label: "One zip" },
  { value: "folder", label: "Folder" },
  { value: "encrypted", label: "Encrypted" },
];

const MEANING: Readonly<Record<PackageForm, string>> = {
  zip: "One file for whoever checks it.",
  folder: "A time stamp can be added to it later: open it under Package.",
  encrypted: "A zip in an age file that only these recipients open. What is signed is inside.",
};

/** How the package leaves the case, and what of the cited records stays behind. */
export function PackageOptions() {
  const { form, recipients, withheld, extras } = usePackageChoices();
  const [open, setOpen] = useState(false);
  const items = Object.keys(withheld).length;
  return (
    <div className="column" style={{ gap: 8 }}>
      <div>
        <div className="label">Package</div>
        <SegmentedControl
          aria-label="Form of the package"
          fullWidth
          value={form}
          data={[...FORMS]}
          onChange={(value) => {
            const chosen = FORMS.find((item) => item.value === value);
            if (chosen) usePackageChoices.setState({ form: chosen.value });
          }}
        />
        <p className="size-12 text-2">{MEANING[form]}</p>
      </div>
      {form === "encrypted" && (
        <Textarea
          label="Recipients (age)"
          description="One a line, such as age1…: a key they gave you"
          value={recipients}
          minRows={2}
          classNames={{ input: "mono" }}
          onChange={(event) => usePackageChoices.setState({ recipients: event.currentTarget.value })}
        />
      )}
      <Checkbox
        label="Word document, too"
        description="An unsigned working copy of the report; what counts stays the PDF"
        checked={extras.includes("docx")}
        onChange={(event) => chooseExtra("docx", event.currentTarget.checked)}
      />
      <Checkbox
        label="in-toto statement, too"
        description="Signed digests of the package’s files, for tools that check attestations"
        checked={extras.includes("in-toto")}
        onChange={(event) => chooseExtra("in-toto", event.currentTarget.checked)}
      />
      <div className="row">
        <span className="size-12 grow">
          {items === 0 ? "All cited records are in it" : `Content of ${counted(items, "record")} is withheld`}
        </span>
        <Button onClick={() => setOpen(true)}>Withhold content…</Button>
      </div>
      <WithholdDialog opened={open} onClose={() => setOpen(false)} />
    </div>
  );
}
