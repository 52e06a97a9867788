import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import { type RejectedRule } from "../../../core/model/detection.ts";
import { styleNonce } from "../../page-policy.ts";

const highlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.definition(tags.propertyName), color: "var(--accent)" },
  { tag: tags.comment, color: "var(--text-3)" },
]);

const appearance = EditorView.theme({
  "&": { backgroundColor: "var(--sunken)", color: "var(--text)" },
  ".cm-content": { fontFamily: "var(--font-mono)", caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-3)", borderRight: "1px solid var(--line)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-weak) !important" },
});

interface RuleEditorProps {
  /** The text at first; afterwards the editor has it. */
  readonly text: string;
  readonly faults: readonly RejectedRule[];
  readonly onChange: (text: string) => void;
}

/** YAML with the lines marked that cannot run. */
export function RuleEditor({ text, faults, onChange }: RuleEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const first = useRef(text);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(styleNonce),
          lineNumbers(),
          lintGutter(),
          history(),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          yaml(),
          syntaxHighlighting(highlighting),
          appearance,
          EditorView.contentAttributes.of({ "aria-label": "Text of the rules" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, []);
  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { doc } = view.state;
    view.dispatch(
      setDiagnostics(
        view.state,
        faults.map(({ line, reason }) => {
          const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
          return { from, to, severity: "error", message: reason };
        }),
      ),
    );
  }, [faults]);
  return <div className="rule-editor" ref={place} />;
}
