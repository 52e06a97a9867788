import { setImmediate, setTimeout } from "node:timers/promises";

import { type DuckDBPendingResult } from "@duckdb/node-api";
import duckdb, { type PendingResult } from "@duckdb/node-bindings";

/** A statement is looked after this often at the most, milliseconds: the longer it takes, the less. */
const LONGEST_WAIT = 4;

/**
 * Resolves when DuckDB's own threads have ended a statement and it has a result. Who asks for the result before that lends a
 * thread, which asks for work without a pause while there is none (docs/decisions/0017, DuckDB 1.5.6). Throws the error that
 * ended it: `getResult` would say that there is no result, and put the error itself behind that.
 */
export async function finished(pending: DuckDBPendingResult): Promise<void> {
  // By a look that does no work, which the interface for JavaScript lacks: the statement's handle is its own.
  const { pending_result: handle } = pending as unknown as { readonly pending_result: PendingResult };
  for (let wait = 0; ; wait = Math.min(wait + 1, LONGEST_WAIT)) {
    const state = duckdb.pending_execute_check_state(handle);
    if (state === duckdb.PendingState.RESULT_READY) return;
    if (state === duckdb.PendingState.ERROR) {
      // What ended without rows is told as an error, too: one that says nothing.
      const message = duckdb.pending_error(handle);
      if (message === "") return;
      throw new Error(message);
    }
    await (wait === 0 ? setImmediate() : setTimeout(wait));
  }
}
