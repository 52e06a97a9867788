import { type CaseSession } from "../casefile/case-session.ts";
import { formatInstant, instant } from "../model/time.ts";
import { digestOfResult } from "../timeline/result-digest.ts";
import { type TimelineQuestion } from "../timeline/timeline-question.ts";
import { type SavedResult } from "../timeline/saved-result.ts";

/** Enters the queries of a window into the custody journal, with count and digest of what each found. */
export class QueryDiary {
  #session: CaseSession | null = null;
  #last = "";

  /** A question that only shows the case, and the one asked last, make no entry. */
  async enter(session: CaseSession, { query, from, to }: TimelineQuestion, result: SavedResult): Promise<void> {
    const params = { query, from: bound(from), to: bound(to) };
    const asked = JSON.stringify(params);
    if (session === this.#session && asked === this.#last) return;
    this.#session = session;
    this.#last = asked;
    if (query.trim() === "" && from === null && to === null) return;
    const sha256 = await digestOfResult(session.caseFile, result);
    await session.custody.append({ action: "query.run", params, result: { matching: result.set.matching, sha256 } });
  }
}

function bound(nanoseconds: bigint | null): string | null {
  return nanoseconds === null ? null : formatInstant(instant(nanoseconds));
}
