import { create } from "zustand";

import { type Progress } from "../../core/model/progress.ts";
import { type KeptSelfTest, type SelfTestResult } from "../../core/model/self-test.ts";
import { ask, failureOf, isCancelled } from "../case-client.ts";
import { type LongRun } from "./long-run.ts";

interface SelfTestStore {
  readonly run: LongRun<SelfTestResult>;
  /** What reports print; undefined until it was read. */
  readonly kept: KeptSelfTest | null | undefined;
}

/** The self-test of this build; it goes on while other screens are looked at. */
export const useSelfTest = create<SelfTestStore>(() => ({ run: { state: "idle" }, kept: undefined }));

export async function readSelfTest(): Promise<void> {
  const kept = await ask("selfTest.read", undefined).catch(() => null);
  useSelfTest.setState({ kept });
}

/** Runs the self-test, unless it is running. */
export async function runSelfTest(): Promise<void> {
  if (useSelfTest.getState().run.state === "working") return;
  const controller = new AbortController();
  const startedAt = performance.now();
  const show = (progress: Progress | null) => {
    if (controller.signal.aborted) return;
    useSelfTest.setState({
      run: { state: "working", progress, startedAt, cancel: () => controller.abort() },
    });
  };
  show(null);
  try {
    const result = await ask("selfTest.run", undefined, { signal: controller.signal, onProgress: show });
    useSelfTest.setState({ run: { state: "done", result } });
  } catch (error) {
    useSelfTest.setState({
      run: isCancelled(error) ? { state: "idle" } : { state: "failed", failure: failureOf(error) },
    });
  }
  await readSelfTest();
}
