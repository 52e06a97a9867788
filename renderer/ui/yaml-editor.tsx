import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, type KeyBinding } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

import { styleNonce } from "../page-policy.ts";

const highlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.definition(tags.propertyName), color: "var(--accent)" },
  { tag: tags.comment, color: "var(--text-3)" },
]);

const appearance = EditorView.theme({
  "&.cm-focused": { outline: "var(--focus-w) solid var(--accent)", outlineOffset: "-1px" },
  "&": { backgroundColor: "var(--sunken)", color: "var(--text)" },
  ".cm-content": { fontFamily: "var(--font-mono)", caretColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-3)", borderRight: "1px solid var(--line)" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-weak) !important" },
  // The editor's own marks are pictures in the style sheet, which the page policy refuses to load.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--altered)" },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--altered)" },
  ".cm-lint-marker-error": { content: "normal" },
  ".cm-lint-marker-error::before": { content: '"!"', color: "var(--altered)", fontWeight: "600" },
});

/** Escape leaves the editor first: a dialog around it would close with all that was written. */
const leaveOnEscape: KeyBinding = {
  key: "Escape",
  run: ({ contentDOM }) => {
    contentDOM.blur();
    return true;
  },
};
/** What Mantine's dialogs look for before they take an Escape. */
const KEEPS_ESCAPE = { "data-mantine-stop-propagation": "true" };

/** Something wrong with the text, from a line and column on; both from 1. */
export interface TextFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface YamlEditorProps {
  readonly label: string;
  /** The text at first; afterwards the editor has it. */
  readonly text: string;
  readonly faults: readonly TextFault[];
  readonly onChange: (text: string) => void;
}

/** YAML with the places marked that cannot be used. */
export function YamlEditor({ label, text, faults, onChange }: YamlEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const first = useRef({ label, text });
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current.text,
        extensions: [
          EditorView.cspNonce.of(styleNonce),
          lineNumbers(),
          lintGutter(),
          history(),
          keymap.of([leaveOnEscape, ...defaultKeymap, ...historyKeymap]),
          yaml(),
          syntaxHighlighting(highlighting),
          appearance,
          EditorView.contentAttributes.of({ "aria-label": first.current.label, ...KEEPS_ESCAPE }),
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
    view.dispatch(
      setDiagnostics(
        view.state,
        faults.map((fault) => ({ ...rangeOf(view.state.doc, fault), severity: "error", message: fault.message })),
      ),
    );
  }, [faults]);
  return <div className="yaml-editor" ref={place} />;
}

/** From the place to the end of its line; of a place that is no longer there, the nearest line. */
function rangeOf(text: Text, { line, column }: TextFault): { readonly from: number; readonly to: number } {
  const { from, to } = text.line(Math.min(Math.max(1, line), text.lines));
  return { from: Math.min(to, from + column - 1), to };
}
