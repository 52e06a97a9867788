import { useEffect, useRef, useState } from "react";

import { type CallOptions } from "../../core/api/client.ts";
import { type InputOf, type OperationName, type OutputOf } from "../../core/api/contract.ts";
import { type Failure } from "../../core/api/failure.ts";
import { ask, failureOf, isCancelled } from "../case-client.ts";

/** An answer on its way, here, or failed. While a newer one is on its way the last one stays readable. */
export type Loadable<T> =
  | { readonly state: "loading"; readonly previous: T | undefined }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly failure: Failure };

/** The value to draw, which may be the previous one. */
export function shown<T>(loadable: Loadable<T>): T | undefined {
  switch (loadable.state) {
    case "loading":
      return loadable.previous;
    case "ready":
      return loadable.value;
    case "failed":
      return undefined;
  }
}

function keyOf(input: unknown): string {
  return JSON.stringify(input, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)) ?? "";
}

/**
 * Asks whenever the input or `revision` changes, and cancels the question before it. An input of `"wait"` asks nothing.
 * `onProgress` must stay the same from one call to the next.
 */
export function useAsk<N extends OperationName>(
  name: N,
  input: InputOf<N> | "wait",
  revision: number,
  onProgress?: CallOptions<N>["onProgress"],
): Loadable<OutputOf<N>> {
  const [answer, setAnswer] = useState<Loadable<OutputOf<N>>>({ state: "loading", previous: undefined });
  const latest = useRef(input);
  const key = keyOf(input);
  useEffect(() => {
    latest.current = input;
  });
  useEffect(() => {
    const question = latest.current;
    if (question === "wait") return undefined;
    const controller = new AbortController();
    setAnswer((before) => ({ state: "loading", previous: shown(before) }));
    ask(name, question, { signal: controller.signal, ...(onProgress && { onProgress }) }).then(
      (value) => setAnswer({ state: "ready", value }),
      (error: unknown) => {
        if (!controller.signal.aborted && !isCancelled(error))
          setAnswer({ state: "failed", failure: failureOf(error) });
      },
    );
    return () => controller.abort();
  }, [name, key, revision, onProgress]);
  return answer;
}
