import { sha256 } from "./bag-bytes.ts";
import { LOG_KEY } from "./corpus.ts";
import { exportAnew } from "./forgery.ts";
import { editLines, editText, recordIn } from "./segment-edits.ts";
import { type TamperClass } from "./tamper-class.ts";

function withhold(line: string): string {
  return `~${sha256(Uint8Array.of(0), Buffer.from(line)).toString("base64")}`;
}

/** Records withheld wrongly, and lines that a tool converted. */
export const LINE_CLASSES: readonly TamperClass[] = [
  {
    id: "T35",
    what: "a withheld record with another digest",
    atBest: "altered",
    codes: ["withheld-digest-wrong", "withheld-unlisted"],
    apply: editLines(1, (lines, random) =>
      lines.with(recordIn(random, lines), `~${random.bytes(32).toString("base64")}`),
    ),
  },
  {
    id: "T37",
    what: "a record withheld without a reason",
    atBest: "verified-with-limits",
    codes: ["withheld-unlisted"],
    apply: (tampered) => {
      editLines(1, (lines, random) => {
        const at = recordIn(random, lines);
        return lines.with(at, withhold(lines[at] ?? ""));
      })(tampered);
      exportAnew(tampered.bag, LOG_KEY);
    },
  },
  {
    id: "T43",
    what: "line endings converted",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => text.replaceAll("\n", "\r\n")),
  },
  {
    id: "T43-bom",
    what: "a byte order mark added",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => `\ufeff${text}`),
  },
  {
    id: "T43-end",
    what: "the last line feed removed",
    atBest: "altered",
    codes: ["line-feed-missing"],
    apply: editText((text) => text.slice(0, -1)),
  },
  {
    id: "T43-blank",
    what: "a blank line added",
    atBest: "altered",
    codes: ["line-endings-converted"],
    apply: editText((text) => `${text}\n`),
  },
  {
    id: "T44",
    what: "records written anew by a tool",
    atBest: "altered",
    codes: ["file-rewritten"],
    minRecords: 3,
    apply: editLines(3, (lines) => lines.map((line) => line.replace("{", "{ "))),
  },
];
