import { type CaseFile } from "../casefile/case-file.ts";
import { readGaps } from "../casefile/gaps.ts";
import { CaseIndexer } from "../timeline/case-indexer.ts";
import { readFacets, readGroups } from "../timeline/facets.ts";
import { readHistogram } from "../timeline/histogram.ts";
import { joinQueries } from "../timeline/joined-query.ts";
import { readLanes } from "../timeline/lanes.ts";
import { locateNeighbour, locateSeq, locateTime, seqOfLeaf } from "../timeline/locate.ts";
import { readRows } from "../timeline/rows.ts";
import { runSql } from "../timeline/sql-mode.ts";
import { suggestTerms } from "../timeline/suggest.ts";
import { QueryDiary } from "./query-diary.ts";
import { type Handlers } from "./server.ts";
import { type Workbench } from "./workbench.ts";
import { type timelineOperations } from "./timeline-contract.ts";

/** What the timeline answers, one line each. `prepare` makes ready what a query asks of other rooms. */
export function timelineHandlers(
  bench: Workbench,
  prepare: (query: string, signal: AbortSignal) => Promise<void>,
): Pick<Handlers, keyof typeof timelineOperations> {
  const caseFile = (): CaseFile => bench.current.session.caseFile;
  const result = (resultId: number) => bench.current.results.get(resultId);
  const diary = new QueryDiary();
  const indexer = new CaseIndexer();
  return {
    "timeline.prepare": async (_, { progress }) => {
      await indexer.prepare(caseFile(), progress);
      return null;
    },
    "timeline.query": async ({ query, pins, ...asked }, { signal, progress }) => {
      const question = { ...asked, query: joinQueries(query, pins) };
      await prepare(question.query, signal);
      const { session, results } = bench.current;
      const set = await results.query(question, signal, (share) => progress({ share }));
      await diary.enter(session, question, results.get(set.resultId));
      return set;
    },
    "timeline.rows": ({ resultId, start, count }) => readRows(caseFile(), result(resultId), start, count),
    "timeline.histogram": ({ resultId, ...bounds }) => readHistogram(caseFile(), result(resultId), bounds),
    "timeline.lanes": ({ resultId, ...question }, { signal }) =>
      readLanes(caseFile(), result(resultId), question, signal),
    "timeline.facets": ({ resultId }, { signal }) => readFacets(caseFile(), result(resultId), signal),
    "timeline.groups": ({ resultId, field }, { signal }) => readGroups(caseFile(), result(resultId), field, signal),
    "timeline.gaps": () => readGaps(caseFile()),
    "timeline.locate": (input) =>
      "seq" in input
        ? locateSeq(caseFile(), result(input.resultId), input.seq)
        : locateTime(caseFile(), result(input.resultId), input.time),
    "timeline.neighbour": ({ resultId, ...question }, { signal }) =>
      locateNeighbour(caseFile(), result(resultId), question, signal),
    "timeline.seqOfLeaf": ({ exhibit, index }) => Promise.resolve(seqOfLeaf(caseFile(), exhibit, index)),
    "timeline.suggest": ({ text, cursor, resultId }, { signal }) =>
      suggestTerms(caseFile(), { text, cursor, result: resultId === null ? null : result(resultId) }, signal),
    "timeline.sql": ({ text }, { signal }) => runSql(caseFile(), text, signal),
  };
}
