import { Button, TextInput } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";

import { type ReportModel } from "../../../core/model/report.ts";
import { packageRequest, usePackageChoices } from "../../state/package-choices.ts";
import { useSession } from "../../state/session.ts";
import { useSigning } from "../../state/signing.ts";
import { counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { ExaminerKey } from "../settings/examiner-key.tsx";
import { PackageOptions } from "./package-options.tsx";
import { signPackage } from "./sign-package.ts";
import { SigningOutcome } from "./signing-outcome.tsx";

/** Unlock, sign, export: the one act that leaves the case. */
export function SignPanel({ model }: { readonly model: ReportModel }) {
  const examiner = useSession((session) => session.home?.examiner);
  const working = useSigning(({ signing }) => signing.state === "working");
  const choices = usePackageChoices();
  const request = packageRequest(choices);
  const wording = model.missing.filter((item) => item.wording === true).length;
  const missing = model.missing.length - (request.wordingKept === null ? 0 : wording);
  const draft = missing > 0;
  const ready = examiner?.state === "ready" && !working && request.waits.length === 0;
  return (
    <section aria-label="Sign and export" className="sign">
      <div className="panel-head">
        <h2>Sign and export</h2>
      </div>
      <div className="panel-body column" style={{ gap: 12 }}>
        <ExaminerKey />
        <PackageOptions />
        {wording > 0 && (
          <TextInput
            label={`Keep ${counted(wording, "phrase")} that the wording check marks, because`}
            description="The reason goes into the diary and into the report. Empty keeps the report a draft."
            value={choices.wordingKept}
            onChange={(event) => usePackageChoices.setState({ wordingKept: event.currentTarget.value })}
          />
        )}
        <Button
          variant="filled"
          fullWidth
          leftSection={<IconSignature size={14} aria-hidden />}
          disabled={!ready}
          onClick={() => void signPackage(model)}
        >
          Sign {model.reportId}
          {draft ? " as a draft" : ""} and export
        </Button>
        {examiner?.state !== "ready" && <p className="size-12 text-2">Signing waits for the examiner’s key above.</p>}
        {request.waits.length > 0 && <p className="size-12 text-2">Signing waits for {request.waits.join(", ")}.</p>}
        {draft && ready && (
          <p className="size-12 text-2">
            {counted(missing, "item")} above missing: every page says DRAFT and the report lists them.
          </p>
        )}
        <SigningOutcome />
        <Notice tone="info">
          Anyone can check the package with sha256sum, openssl and verify.html. Assay is not needed. They must compare
          the certificate’s fingerprint with one they got from you.
        </Notice>
      </div>
    </section>
  );
}
