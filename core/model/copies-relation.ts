import { type CopiesRelation } from "./verdict.ts";

/** What a relation between copies of a log means, in words for people. */
export function describeRelation(relation: CopiesRelation): string {
  switch (relation) {
    case "equal":
      return "the copies hold one history of the same length";
    case "prefix":
      return "the shorter copies are the beginning of the longest";
    case "fork":
      return "the copies hold two signed histories that exclude each other";
    case "unrelated":
      return "the copies are not of one log, or nothing signed ties them together";
  }
}
