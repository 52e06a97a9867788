import { type ReactNode } from "react";

interface ColumnHeadsProps {
  readonly names: readonly string[];
  /** Heads after them that are more than a name. */
  readonly children?: ReactNode;
}

/** The head row of a table: each column by its name. */
export function ColumnHeads({ names, children }: ColumnHeadsProps) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th key={name} scope="col">
            {name}
          </th>
        ))}
        {children}
      </tr>
    </thead>
  );
}
