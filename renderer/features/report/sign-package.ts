import { type Progress } from "../../../core/model/progress.ts";
import { type ReportModel } from "../../../core/model/report.ts";
import { ask, failureOf, isCancelled, shell } from "../../case-client.ts";
import { refreshCase } from "../../state/acts.ts";
import { extensionOf, packageRequest, usePackageChoices } from "../../state/package-choices.ts";
import { useSigning } from "../../state/signing.ts";

/** Asks where to, signs, and writes the package; other screens may be shown meanwhile. */
export async function signPackage({ caseId, reportId }: ReportModel): Promise<void> {
  const choices = usePackageChoices.getState();
  const { wordingKept, redactions, recipients, extras } = packageRequest(choices);
  const controller = new AbortController();
  const { signal } = controller;
  const startedAt = performance.now();
  const onProgress = (progress: Progress | null) => {
    if (signal.aborted) return;
    useSigning.setState({ signing: { state: "working", progress, startedAt, cancel: () => controller.abort() } });
  };
  try {
    const name = `${caseId || "report"}-${reportId}${extensionOf(choices.form)}`;
    const target = await shell.chooseTarget("package", name);
    if (!target) return;
    onProgress(null);
    const order = { grant: target.grant, final: false, wordingKept, redactions, recipients, extras };
    const result = await ask("report.export", order, { signal, onProgress });
    useSigning.setState({ signing: { state: "done", result } });
    await refreshCase();
  } catch (error) {
    const cancelled = signal.aborted || isCancelled(error);
    useSigning.setState({ signing: cancelled ? { state: "idle" } : { state: "failed", failure: failureOf(error) } });
  }
}
