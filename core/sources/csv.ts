import { genericMapping } from "./generic-mapping.ts";
import { type Source } from "./source.ts";

/**
 * Any table with a line of column names, when no other source knows it: `time,user,action` and so on. A table without
 * a column that is known to hold times is not taken for a log unless it is chosen.
 */
export const csv: Source = {
  name: "csv",
  title: "Table of an unknown log",
  shapes: [],
  arrays: [],
  aside: [],
  unmappedIsProblem: false,
  mapping: genericMapping,
  own: {},
  testedOn: "documentation",
};
