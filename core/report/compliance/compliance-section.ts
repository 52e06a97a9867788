import { type Framework } from "../../model/case-details.ts";
import { type ReportBlock } from "../../model/report.ts";
import { formatInstant } from "../../model/time.ts";
import { type ReportInput } from "../report-input.ts";
import { counted, nothing, paragraph } from "../report-values.ts";
import { type ComplianceWord } from "./control.ts";
import { CONTROLS, CONTROLS_VERSION, FRAMEWORK_NAMES } from "./controls.ts";
import { measure } from "./facts.ts";

/** One line of the mapping as findings.json holds it. */
export interface MappedControl {
  readonly framework: Framework;
  readonly control: string;
  readonly claim: string;
  readonly measured: string;
  readonly word: ComplianceWord;
  readonly ceiling: string;
}

/** The controls of the chosen frameworks, measured. */
export function mappedControls(input: ReportInput): readonly MappedControl[] {
  return CONTROLS.filter(({ framework }) => input.details.report.frameworks.includes(framework)).map(
    ({ framework, control, claim, fact, ceiling }) => {
      const { word, text } =
        fact === null ? { word: "out of reach" as const, text: "nothing in a log can say" } : measure(fact, input);
      return { framework, control, claim, measured: text, word, ceiling };
    },
  );
}

/** 16 Compliance mapping. */
export function compliance(input: ReportInput): readonly ReportBlock[] {
  const controls = mappedControls(input);
  if (controls.length === 0) {
    return nothing(
      "No compliance mapping was asked for. A log export is one piece of evidence; what it means for a control is for an auditor.",
    );
  }
  const { first, last, coverage } = input.measures;
  const period =
    first === null || last === null ? "no dated event" : `${formatInstant(first)} to ${formatInstant(last)}`;
  return [
    {
      kind: "fields",
      rows: [
        { label: "Period", value: period },
        {
          label: "Population",
          value: `${counted(coverage.of)} events in ${counted(input.exhibits.length)} ${input.exhibits.length === 1 ? "exhibit" : "exhibits"}`,
        },
        { label: "Table", value: `version ${CONTROLS_VERSION}; not reviewed by an auditor` },
      ],
    },
    paragraph(
      "An audit-log export is one piece of evidence; whether a control is designed and operates well is for the auditor. The words mean: supports, the measured fact speaks for the claim; does not support, it speaks against it; no evidence in this bundle, nothing was there to measure; out of reach, no log can say.",
    ),
    ...input.details.report.frameworks.map((framework): ReportBlock => ({
      kind: "table",
      caption: FRAMEWORK_NAMES[framework],
      columns: [
        { label: "Control", weight: 16 },
        { label: "Claim", weight: 34 },
        { label: "Measured", weight: 42 },
        { label: "Word", weight: 20 },
        { label: "What this cannot show", weight: 34 },
      ],
      rows: controls
        .filter((control) => control.framework === framework)
        .map(({ control, claim, measured, word, ceiling }) => [control, claim, measured, word, ceiling]),
    })),
  ];
}
