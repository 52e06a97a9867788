import { Button } from "@mantine/core";

import { describeRelation } from "../../../core/model/copies-relation.ts";
import { type CopiesResult, type VerifyResult, verdictWord, worstVerdict } from "../../../core/model/verdict.ts";
import { useIntake } from "../../state/intake.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestChip } from "../../ui/digest.tsx";
import { asSentence, count, counted, duration } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { VerdictBanner } from "../../ui/verdict-banner.tsx";
import { CheckDetail } from "./check-detail.tsx";
import { CheckList } from "./check-list.tsx";
import { openCheckOf } from "./check-order.ts";
import { useCopiesChoice } from "./copies-dialog.tsx";
import { GoodRanges } from "./good-ranges.tsx";
import { SaveReport } from "./save-report.tsx";
import { type ComparedCopies } from "./subject.ts";

const COLUMNS = ["Copy", "Name", "Verdict", "Signed records", "Root", "Beside the longest"] as const;

/** Several copies of one log: whether they agree, which is a beginning of which, and which is good for which records. */
export function CopiesView({ copies }: { readonly copies: ComparedCopies }) {
  const { labels, result } = copies;
  const chosen = useIntake((state) => state.copy) ?? worstOf(result);
  const check = useIntake((state) => state.check);
  const copy = result.copies[chosen];
  const label = labels[chosen] ?? "";
  const open = copy ? openCheckOf(copy, check) : null;
  return (
    <>
      <CopiesHead copies={copies} />
      <section className="panel" aria-label="Copies">
        <div className="panel-head">
          <h2>Copies</h2>
          <span className="aside">{result.copies.length}, in the order in which they were given</span>
        </div>
        <table className="table copies">
          <ColumnHeads names={COLUMNS}>
            <th scope="col">
              <span className="visually-hidden">Open</span>
            </th>
          </ColumnHeads>
          <tbody>
            {result.copies.map((item, position) => (
              <CopyRow
                key={position}
                item={item}
                position={position}
                label={labels[position] ?? ""}
                relation={besideLongest(result, item)}
                open={position === chosen}
              />
            ))}
          </tbody>
        </table>
      </section>
      <GoodRanges result={result} labels={labels} />
      {copy && (
        <div className="verify-columns two">
          <CheckList result={copy} open={open?.name ?? null} title={`Checks of copy ${chosen + 1}`} />
          <CheckDetail subject={{ kind: "checked", label, result: copy, seconds: copies.seconds }} check={open} />
        </div>
      )}
    </>
  );
}

function CopiesHead({ copies: { result, seconds } }: { readonly copies: ComparedCopies }) {
  const { verdict, relation, copies } = result;
  return (
    <VerdictBanner verdict={verdict} lead={asSentence(describeRelation(relation))} meaning={meaningOf(result)}>
      <div className="verdict-acts">
        <SaveReport first />
        <Button onClick={() => useCopiesChoice.setState({ open: true, chosen: [] })}>Compare others</Button>
        <span className="size-12 text-2">
          {counted(copies.length, "copy", "copies")} checked in {duration(seconds)}, nothing was kept
        </span>
      </div>
    </VerdictBanner>
  );
}

/** What the relation means; it says nothing of what is wrong with one of the copies by itself. */
function meaningOf(result: CopiesResult): string {
  const { relation, verdict } = result;
  if (relation === "fork" || verdict === "verified" || verdict === "verified-with-limits") return MEANING[relation];
  return `${MEANING[relation]} Copy ${worstOf(result) + 1} by itself: ${verdictWord(verdict)}; its checks stand below.`;
}

const MEANING: Readonly<Record<CopiesResult["relation"], string>> = {
  equal:
    "They end in the same signed state. Where one copy was changed, another may still hold the record as it was logged.",
  prefix:
    "Between the copies nothing contradicts: the longer one goes on where the shorter one ends. What is only in the longer one rests on it alone.",
  fork: "Keep every copy. The comparison shows that two histories were signed, and not which of them is what happened.",
  unrelated: "Compare copies of the same log, and look at the checks of each below.",
};

/** The copy whose checks are shown first: the first with the worst verdict. */
function worstOf({ copies }: CopiesResult): number {
  const worst = worstVerdict(copies.map(({ verdict }) => verdict));
  return Math.max(
    0,
    copies.findIndex(({ verdict }) => verdict === worst),
  );
}

function besideLongest({ relation, copies }: CopiesResult, { log }: VerifyResult): string {
  if (log === null) return "no signed state";
  const longest = Math.max(...copies.map((copy) => copy.log?.treeSize ?? 0));
  if (relation === "unrelated") return "not compared";
  if (relation === "fork") return "contradicts another copy";
  return log.treeSize === longest ? "the longest state" : `its first ${count(log.treeSize)} of ${count(longest)}`;
}

interface CopyRowProps {
  readonly item: VerifyResult;
  readonly position: number;
  readonly label: string;
  readonly relation: string;
  readonly open: boolean;
}

function CopyRow({ item, position, label, relation, open }: CopyRowProps) {
  return (
    <tr aria-current={open ? "true" : undefined}>
      <td className="number">{position + 1}</td>
      <td className="ellipsis">{label}</td>
      <td>
        <VerdictBadge bare verdict={item.verdict} />
      </td>
      <td className="number">{item.log ? count(item.log.treeSize) : ""}</td>
      <td>{item.log && <DigestChip digest={item.log.rootHash} />}</td>
      <td>{relation}</td>
      <td className="right">
        <button
          type="button"
          className="link"
          aria-label={`Show the checks of copy ${position + 1}`}
          onClick={() => useIntake.setState({ copy: position, check: null })}
        >
          Show checks
        </button>
      </td>
    </tr>
  );
}
