import { create } from "zustand";

import { type Failure } from "../../core/api/failure.ts";
import { type PackageView } from "../../core/model/findings-package.ts";
import { type Progress } from "../../core/model/progress.ts";
import { type Grant } from "../../electron/shell-contract.ts";
import { ask, failureOf, isCancelled, shell } from "../case-client.ts";
import { attempt, tookHome } from "./acts.ts";
import { useSession } from "./session.ts";

/** The findings package that is read, or what became of opening it. */
export type Reading =
  | { readonly state: "none" }
  | {
      readonly state: "opening";
      readonly label: string;
      readonly progress: Progress | null;
      readonly startedAt: number;
      readonly cancel: () => void;
    }
  | { readonly state: "failed"; readonly label: string; readonly failure: Failure }
  | { readonly state: "open"; readonly view: PackageView };

export type PackagePart = "checks" | "findings" | "exhibits" | "report" | "custody";

interface ReaderStore {
  readonly reading: Reading;
  readonly part: PackagePart;
  /** The exhibit whose record is shown, by item. */
  readonly item: string | null;
}

export const useReader = create<ReaderStore>(() => ({ reading: { state: "none" }, part: "checks", item: null }));

/** Asks for a package and opens it read-only. */
export function choosePackage(kind: "package" | "package-folder"): Promise<void> {
  return attempt("choosing a package", async () => {
    const chosen = await shell.chooseFile(kind);
    if (chosen) await takePackage(chosen);
  });
}

/** Opens a package that was chosen; identities are asked for when it is encrypted. */
export async function takePackage({ grant, label }: Grant): Promise<void> {
  const isEncrypted = label.endsWith(".age");
  const identities = isEncrypted ? await shell.chooseFile("age-identities") : null;
  if (isEncrypted && !identities) return;
  await openPackage(label, grant, identities?.grant ?? null);
}

async function openPackage(label: string, grant: string, identities: string | null): Promise<void> {
  const controller = new AbortController();
  const startedAt = performance.now();
  const show = (progress: Progress | null) => {
    if (controller.signal.aborted) return;
    useReader.setState({
      reading: { state: "opening", label, progress, startedAt, cancel: () => controller.abort() },
    });
  };
  useSession.setState({ screen: "package", failure: null });
  useReader.setState({ part: "checks", item: null });
  show(null);
  try {
    const view = await ask("package.open", { grant, identities }, { signal: controller.signal, onProgress: show });
    useReader.setState({ reading: { state: "open", view } });
  } catch (error) {
    const cancelled = controller.signal.aborted || isCancelled(error);
    useReader.setState({
      reading: cancelled ? { state: "none" } : { state: "failed", label, failure: failureOf(error) },
    });
  }
}

export function closePackage(): Promise<void> {
  return attempt("closing the package", async () => {
    await ask("package.close", undefined);
    useReader.setState({ reading: { state: "none" }, part: "checks", item: null });
  });
}

/** Pins the signer after the fingerprint was compared; the package is judged again. Throws as `package.trustSigner`. */
export async function trustSigner(reason: string): Promise<void> {
  useReader.setState({ reading: { state: "open", view: await ask("package.trustSigner", { reason }) } });
  tookHome(await ask("home.read", undefined));
}

/** Writes the request for a time stamp of the open package. */
export function writeTimeStampQuery(): Promise<void> {
  return attempt("writing the request", async () => {
    const target = await shell.chooseTarget("export", "SHA256SUMS.p7s.tsq");
    if (target) await ask("package.writeTimeStampQuery", { grant: target.grant });
  });
}

/** Puts the answer of a time authority into the open package; the request it answers may be given, too. */
export function addTimeStamp(): Promise<void> {
  return attempt("adding the time stamp", async () => {
    const answer = await shell.chooseFile("time-stamp");
    if (!answer) return;
    const query = await shell.chooseFile("time-stamp-query");
    const view = await ask("package.addTimeStamp", { grant: answer.grant, query: query?.grant ?? null });
    useReader.setState({ reading: { state: "open", view } });
  });
}
