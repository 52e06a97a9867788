import { type FieldPath } from "./source.ts";

/** A member of a source's records that is read on demand (`withRecordFields` in casefile), under a name of ours. */
export interface RecordField {
  /** Column of the result: letters, digits and `_`. */
  readonly name: string;
  readonly path: FieldPath;
  /** `text` a scalar as text, NULL for an object or array · `json` whatever is there, as JSON. */
  readonly as: "text" | "json";
}
