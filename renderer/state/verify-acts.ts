import { type InputOf } from "../../core/api/contract.ts";
import { type Grant } from "../../electron/shell-contract.ts";
import { ask, shell } from "../case-client.ts";
import { attempt, refreshCase, work } from "./acts.ts";
import { useIntake } from "./intake.ts";

/** Verifies copies of one log and compares them. */
export function compareCopies(copies: readonly Grant[]): Promise<void> {
  const started = performance.now();
  const labels = copies.map(({ label }) => label);
  return work("compare", `${copies.length} copies`, async (signal, onProgress) => {
    const grants = copies.map(({ grant }) => grant);
    const result = await ask("evidence.compare", { grants }, { signal, onProgress });
    return { state: "compared", labels, result, seconds: (performance.now() - started) / 1000 };
  });
}

/** Judges a signature that lies beside a file; it goes into no case. */
export function verifyAttachment(label: string, request: InputOf<"attachment.verify">): Promise<void> {
  const started = performance.now();
  return work("attachment", label, async (signal) => {
    const result = await ask("attachment.verify", request, { signal });
    return { state: "attached", label, result, seconds: (performance.now() - started) / 1000 };
  });
}

export function reverify(exhibit: string, label: string): Promise<void> {
  return work("reverify", label, async (signal, onProgress) => {
    await ask("evidence.reverify", { exhibit }, { signal, onProgress });
    await refreshCase();
    useIntake.setState({ exhibit });
    return { state: "idle" };
  });
}

/** Saves the verification of an exhibit, or of the evidence that was last looked at; as the name says, PDF or JSON. */
export function saveVerification(exhibit: string | null): Promise<void> {
  return attempt("saving the verification report", async () => {
    const target = await shell.chooseTarget("verification-report", `${exhibit ?? "evidence"}-verification.pdf`);
    if (!target) return;
    if (exhibit === null) await ask("evidence.saveLast", { grant: target.grant });
    else await ask("evidence.saveReport", { exhibit, grant: target.grant });
  });
}

/** Saves the signed states that were seen, each as its key signed it. */
export function saveSignedStates(): Promise<void> {
  return attempt("saving the signed states", async () => {
    const target = await shell.chooseTarget("export", "signed-states");
    if (target) await ask("anchors.export", { grant: target.grant });
  });
}
