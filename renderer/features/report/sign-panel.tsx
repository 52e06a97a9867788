import { Button, TextInput } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useState } from "react";

import { type ReportExport } from "../../../core/api/contract.ts";
import { type Failure } from "../../../core/api/failure.ts";
import { type Progress } from "../../../core/model/progress.ts";
import { type ReportModel } from "../../../core/model/report.ts";
import { ask, failureOf, isCancelled, shell } from "../../case-client.ts";
import { refreshCase } from "../../state/acts.ts";
import { extensionOf, packageRequest, usePackageChoices } from "../../state/package-choices.ts";
import { useSession } from "../../state/session.ts";
import { DigestChip, DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { Failed, WorkProgress } from "../../ui/states.tsx";
import { ExaminerKey } from "../settings/examiner-key.tsx";
import { PackageOptions } from "./package-options.tsx";

type Export =
  | { readonly state: "idle" }
  | {
      readonly state: "working";
      readonly progress: Progress | null;
      readonly startedAt: number;
      readonly cancel: () => void;
    }
  | { readonly state: "done"; readonly result: ReportExport }
  | { readonly state: "failed"; readonly failure: Failure };

/** Unlock, sign, export: the one act that leaves the case. */
export function SignPanel({ model }: { readonly model: ReportModel }) {
  const examiner = useSession((session) => session.home?.examiner);
  const [work, setWork] = useState<Export>({ state: "idle" });
  const [reason, setReason] = useState("");
  const wording = model.missing.filter((item) => item.wording === true).length;
  const missing = model.missing.length - (reason.trim() === "" ? 0 : wording);
  const draft = missing > 0;
  const choices = usePackageChoices();
  const request = packageRequest(choices);
  const sign = async () => {
    const controller = new AbortController();
    const startedAt = performance.now();
    const show = (progress: Progress | null) =>
      setWork({ state: "working", progress, startedAt, cancel: () => controller.abort() });
    try {
      const name = `${model.caseId || "report"}-${model.reportId}${extensionOf(choices.form)}`;
      const target = await shell.chooseTarget("package", name);
      if (!target) return;
      show(null);
      const result = await ask(
        "report.export",
        {
          grant: target.grant,
          final: false,
          wordingKept: reason.trim() === "" ? null : reason.trim(),
          redactions: request.redactions,
          recipients: request.recipients,
          extras: request.extras,
        },
        { signal: controller.signal, onProgress: show },
      );
      setWork({ state: "done", result });
      await refreshCase();
    } catch (error) {
      setWork(isCancelled(error) ? { state: "idle" } : { state: "failed", failure: failureOf(error) });
    }
  };
  const ready = examiner?.state === "ready" && work.state !== "working" && request.waits.length === 0;
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
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Button
          variant="filled"
          fullWidth
          leftSection={<IconSignature size={14} aria-hidden />}
          disabled={!ready}
          onClick={() => void sign()}
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
        {work.state === "working" && (
          <WorkProgress progress={work.progress} startedAt={work.startedAt} onCancel={work.cancel} />
        )}
        {work.state === "failed" && (
          <Failed
            doing="exporting the package"
            failure={work.failure}
            safe="The case is unchanged; no package was left."
          />
        )}
        {work.state === "done" && <Exported result={work.result} />}
        <Notice tone="info">
          Anyone can check the package with sha256sum, openssl and verify.html. Assay is not needed. They must compare
          the certificate’s fingerprint with one they got from you.
        </Notice>
      </div>
    </section>
  );
}

function Exported({ result }: { readonly result: ReportExport }) {
  return (
    <div className="column" style={{ gap: 8 }} role="status">
      <Notice tone="ok">
        <b>Package written{result.draft ? ", as a draft" : ""}.</b> {counted(result.files, "file")} listed and signed.
      </Notice>
      <Fields
        rows={[
          ["File list", <DigestChip key="sums" digest={result.sha256sums} />],
          ["Fingerprint", <DigestFull key="fingerprint" digest={result.fingerprint} />],
        ]}
      />
    </div>
  );
}
