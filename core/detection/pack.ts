import data from "./packs/data.yml?raw";
import evidence from "./packs/evidence-and-configuration.yml?raw";
import privileges from "./packs/privileges.yml?raw";
import signIns from "./packs/sign-ins.yml?raw";
import { type RuleFile } from "./read-rules.ts";

/** The rules that ship: for any source, over the columns of events, but for two that need a country. A new file is a line here. */
export const PACK: readonly RuleFile[] = [
  { file: "assay/sign-ins.yml", text: signIns },
  { file: "assay/privileges.yml", text: privileges },
  { file: "assay/evidence-and-configuration.yml", text: evidence },
  { file: "assay/data.yml", text: data },
];
