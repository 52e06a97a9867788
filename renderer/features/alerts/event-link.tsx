import { showScreen } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { count } from "../../ui/format.ts";

/** The number of an event, which leads to it in the timeline. */
export function EventLink({ seq }: { readonly seq: number }) {
  const open = () => {
    clearQuery();
    useTimeline.setState({ goTo: seq, foldCopies: false, inspectorShown: true });
    showScreen("timeline");
  };
  return (
    <button type="button" className="link mono" aria-label={`Event ${count(seq)}`} onClick={open}>
      {count(seq)}
    </button>
  );
}
