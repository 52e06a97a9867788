import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf, integerOrNull, textOf, textOrNull, type Row } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { assert, present } from "../model/assert.ts";
import { MARKS, type EventAct, type EventTriage, type Flag, type TriageSummary } from "../model/triage.ts";

/** What the analyst did with these events; those nothing was done with are left out. */
export async function readTriage(caseFile: CaseFile, seqs: readonly number[]): Promise<readonly EventTriage[]> {
  if (seqs.length === 0) return [];
  const list = joinSql(
    seqs.map((seq) => sql`(${seq})`),
    sql`, `,
  );
  const rows = await caseFile.query(
    sql`SELECT s.seq, coalesce(m.value, 'undecided') AS mark, to_json(coalesce(t.tags, [])) AS tags,
          coalesce(c.value, '') AS comment, a.label AS activity, f.label AS flag
        FROM (VALUES ${list}) s(seq)
        LEFT JOIN event_mark m ON m.seq = s.seq
        LEFT JOIN (SELECT seq, list(value ORDER BY value) AS tags FROM event_tag GROUP BY seq) t ON t.seq = s.seq
        LEFT JOIN event_comment c ON c.seq = s.seq
        LEFT JOIN event_activity e ON e.seq = s.seq
        LEFT JOIN activity a ON a.id = e.activity
        LEFT JOIN (SELECT seq, min(value) AS label FROM event_flag GROUP BY seq) f ON f.seq = s.seq
        WHERE m.seq IS NOT NULL OR t.seq IS NOT NULL OR c.seq IS NOT NULL OR a.id IS NOT NULL OR f.seq IS NOT NULL
        ORDER BY s.seq`,
  );
  return rows.map((row) => ({
    seq: integerOf(row, "seq"),
    mark: markOf(row),
    // Made by DuckDB from a list of texts of ours.
    tags: JSON.parse(textOf(row, "tags")) as string[],
    comment: textOf(row, "comment"),
    activity: textOrNull(row, "activity"),
    flag: textOrNull(row, "flag"),
  }));
}

/** Counts over the whole case. */
export async function readTriageSummary(caseFile: CaseFile): Promise<TriageSummary> {
  const [counts] = await caseFile.query(
    sql`SELECT count(*) FILTER (value = 'keep') AS kept, count(*) FILTER (value = 'noise') AS noise,
          (SELECT count(*) FROM event_comment) AS commented FROM event_mark`,
  );
  const row = present(counts, "an aggregate has one row");
  const tags = await caseFile.query(
    sql`SELECT value, count(*) AS events FROM event_tag GROUP BY value ORDER BY events DESC, value LIMIT 200`,
  );
  return {
    kept: integerOf(row, "kept"),
    noise: integerOf(row, "noise"),
    commented: integerOf(row, "commented"),
    tags: tags.map((tag) => ({ tag: textOf(tag, "value"), events: integerOf(tag, "events") })),
  };
}

/** Flags in order of time. */
export async function readFlags(caseFile: CaseFile): Promise<readonly Flag[]> {
  const rows = await caseFile.query(sql`SELECT id, time, seq, label FROM moment_flag ORDER BY time, id`);
  return rows.map((row) => ({
    id: integerOf(row, "id"),
    time: present(bigintOrNull(row, "time"), "a flag has a time"),
    seq: integerOrNull(row, "seq"),
    label: textOf(row, "label"),
  }));
}

/** Every act of the analyst on one event, earliest first; those that were undone are among them. */
export async function readEventActs(caseFile: CaseFile, seq: number): Promise<readonly EventAct[]> {
  const rows = await caseFile.query(
    sql`SELECT a.id, a.happened_at, a.state, w.what FROM analyst_act a JOIN (
          SELECT act, 'marked ' || mark AS what FROM triage_mark WHERE seq = ${seq}
          UNION ALL SELECT act, if(present, 'tagged ', 'tag taken away: ') || tag FROM triage_tag WHERE seq = ${seq}
          UNION ALL SELECT act, if(text = '', 'comment taken away', 'commented: ' || text) FROM triage_comment WHERE seq = ${seq}
          UNION ALL SELECT act, if(label = '', 'flag taken away', 'flagged: ' || label) FROM triage_flag WHERE seq = ${seq}
          UNION ALL SELECT e.activity, 'folded into the activity ' || t.name FROM triage_activity_event e
            JOIN triage_activity t ON t.act = e.activity WHERE e.seq = ${seq}
        ) w ON w.act = a.id ORDER BY a.id`,
  );
  return rows.map((row) => {
    const state = textOf(row, "state");
    assert(
      state === "standing" || state === "undone" || state === "dropped",
      "column state should hold a word of ours",
    );
    return { act: integerOf(row, "id"), at: textOf(row, "happened_at"), what: textOf(row, "what"), state };
  });
}

function markOf(row: Row): EventTriage["mark"] {
  const mark = MARKS.find((word) => word === textOf(row, "mark"));
  assert(mark !== undefined, "column mark should hold a word of ours");
  return mark;
}
