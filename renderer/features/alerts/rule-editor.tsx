import { useMemo } from "react";

import { type RejectedRule } from "../../../core/model/detection.ts";
import { YamlEditor } from "../../ui/yaml-editor.tsx";

interface RuleEditorProps {
  /** The text at first; afterwards the editor has it. */
  readonly text: string;
  readonly faults: readonly RejectedRule[];
  readonly onChange: (text: string) => void;
}

/** YAML with the places marked that cannot run. */
export function RuleEditor({ text, faults, onChange }: RuleEditorProps) {
  const places = useMemo(() => faults.map(({ line, column, reason }) => ({ line, column, message: reason })), [faults]);
  return (
    <div className="rule-editor">
      <YamlEditor label="Text of the rules" text={text} faults={places} onChange={onChange} />
    </div>
  );
}
