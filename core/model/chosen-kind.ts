/** What lies at a path that the examiner chose; `new` is nothing. */
export type ChosenKind = "file" | "folder" | "case" | "package" | "new";
