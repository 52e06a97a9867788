import { setImmediate, setTimeout } from "node:timers/promises";

import { type DuckDBPendingResult } from "@duckdb/node-api";
import duckdb, { type PendingResult } from "@duckdb/node-bindings";

/** A statement is looked after this often at the most, milliseconds: the longer it takes, the less. */
const LONGEST_WAIT = 4;

/**
 * Resolves when DuckDB's own threads have ended a statement, with its result or an error that `getResult` tells. Who asks for
 * the result before that lends a thread, which asks for work without a pause while there is none (docs/decisions/0017, DuckDB
 * 1.5.6).
 */
export async function finished(pending: DuckDBPendingResult): Promise<void> {
  for (let wait = 0; isRunning(pending); wait = Math.min(wait + 1, LONGEST_WAIT)) {
    await (wait === 0 ? setImmediate() : setTimeout(wait));
  }
}

/** By a look that does no work, which the interface for JavaScript lacks: the statement's handle is its own. */
function isRunning(pending: DuckDBPendingResult): boolean {
  const { pending_result: handle } = pending as unknown as { readonly pending_result: PendingResult };
  const state = duckdb.pending_execute_check_state(handle);
  return state !== duckdb.PendingState.RESULT_READY && state !== duckdb.PendingState.ERROR;
}
