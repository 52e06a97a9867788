/** Prefix of every type URI that Assay defines (predicate types, rotation notes): docs/decisions/0003-names.md. */
export const NAMESPACE = "https://assay.example";
