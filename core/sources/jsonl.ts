import { genericMapping } from "./generic-mapping.ts";
import { type Source } from "./source.ts";

/**
 * Any log of one JSON object a line, when no other source knows it. Its events are readable and searchable, but nothing is
 * known about what its fields mean.
 */
export const jsonl: Source = {
  name: "jsonl",
  title: "JSON of an unknown log",
  shapes: [],
  arrays: [["Records"], ["records"], ["events"], ["logs"], ["entries"], ["items"], ["data"], ["value"], ["results"]],
  aside: [],
  unmappedIsProblem: false,
  mapping: genericMapping,
  own: {},
  testedOn: "documentation",
};
